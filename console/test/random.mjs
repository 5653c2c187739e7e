// Numbers in [0, 1), the same for the same seed: xorshift32, in whole 32-bit steps, of which doubles lose nothing.
export function randomStream(seed) {
  let state = seed;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 4294967296;
  };
}
