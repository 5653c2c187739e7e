export function randomStream(seed: number): () => number;
