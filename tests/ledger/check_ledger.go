// Reads a ledger with code that nobody here wrote: golang.org/x/mod/sumdb/note and tlog. Every entry and its
// inclusion proof, the tiles, the root, the cosignatures, consistency from each older checkpoint.
//
//	go run check_ledger.go FOLDER POLICY
package main

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

func check(err error, what string) {
	if err != nil {
		fmt.Fprintf(os.Stderr, "%s: %v\n", what, err)
		os.Exit(1)
	}
}

func demand(holds bool, format string, args ...any) {
	if !holds {
		fmt.Fprintf(os.Stderr, format+"\n", args...)
		os.Exit(1)
	}
}

// cosigner verifies cosignature/v1, which the library leaves to others, by the standard library's Ed25519.
type cosigner struct {
	name string
	hash uint32
	key  ed25519.PublicKey
}

func (c cosigner) Name() string    { return c.name }
func (c cosigner) KeyHash() uint32 { return c.hash }
func (c cosigner) Verify(msg, sig []byte) bool {
	if len(sig) != 8+ed25519.SignatureSize {
		return false
	}
	head := fmt.Sprintf("cosignature/v1\ntime %d\n", binary.BigEndian.Uint64(sig))
	return ed25519.Verify(c.key, append([]byte(head), msg...), sig[8:])
}

func newCosigner(vkey string) cosigner {
	parts := strings.SplitN(vkey, "+", 3)
	raw, err := base64.StdEncoding.DecodeString(parts[2])
	check(err, vkey)
	demand(len(raw) == 33 && raw[0] == 4, "%s is no cosigner's key", vkey)
	sum := sha256.Sum256(append([]byte(parts[0]+"\n"), raw...))
	hash := binary.BigEndian.Uint32(sum[:])
	demand(fmt.Sprintf("%08x", hash) == parts[1], "%s: its id is %08x", vkey, hash)
	return cosigner{parts[0], hash, raw[1:]}
}

// The library's paths carry the tile's height; the standard's do not.
func tilePath(t tlog.Tile) string { return "tile/" + strings.TrimPrefix(t.Path(), "tile/8/") }

type tiles struct{ folder string }

func (t tiles) Height() int                           { return 8 }
func (t tiles) SaveTiles(_ []tlog.Tile, _ [][]byte) {}
func (t tiles) ReadTiles(wanted []tlog.Tile) ([][]byte, error) {
	var all [][]byte
	for _, tile := range wanted {
		data, err := os.ReadFile(filepath.Join(t.folder, tilePath(tile)))
		if err != nil && tile.W < 256 {
			full := tile
			full.W = 256
			if data, err = os.ReadFile(filepath.Join(t.folder, tilePath(full))); err == nil {
				data = data[:tile.W*tlog.HashSize]
			}
		}
		if err != nil {
			return nil, err
		}
		all = append(all, data)
	}
	return all, nil
}

func entries(folder string, size int64) [][]byte {
	var all [][]byte
	for n := int64(0); n*256 < size; n++ {
		width := size - n*256
		if width > 256 {
			width = 256
		}
		path := strings.Replace(tilePath(tlog.Tile{H: 8, L: 0, N: n, W: int(width)}), "tile/0/", "tile/entries/", 1)
		data, err := os.ReadFile(filepath.Join(folder, path))
		check(err, "bundle")
		for i := int64(0); i < width; i++ {
			demand(len(data) >= 2, "%s is cut off", path)
			length := int(binary.BigEndian.Uint16(data))
			demand(len(data) >= 2+length, "%s is cut off", path)
			all = append(all, data[2:2+length])
			data = data[2+length:]
		}
		demand(len(data) == 0, "%s has more than %d entries", path, width)
	}
	return all
}

func main() {
	folder := os.Args[1]
	policy, err := os.ReadFile(os.Args[2])
	check(err, "policy")
	var log note.Verifier
	var all []note.Verifier
	for _, line := range strings.Split(string(policy), "\n") {
		words := strings.Fields(line)
		switch {
		case len(words) == 2 && words[0] == "log":
			log, err = note.NewVerifier(words[1])
			check(err, "log key")
			all = append(all, log)
		case len(words) == 3 && words[0] == "witness":
			all = append(all, newCosigner(words[2]))
		}
	}

	open := func(name string, signatures int, known ...note.Verifier) tlog.Tree {
		text, err := os.ReadFile(filepath.Join(folder, name))
		check(err, name)
		opened, err := note.Open(text, note.VerifierList(known...))
		check(err, name)
		demand(len(opened.Sigs) == signatures && len(opened.UnverifiedSigs) == 0, "%s: %d signatures verified", name, len(opened.Sigs))
		lines := strings.Split(opened.Text, "\n")
		demand(lines[0] == log.Name(), "%s: origin %s", name, lines[0])
		var size int64
		_, err = fmt.Sscan(lines[1], &size)
		check(err, name)
		root, err := tlog.ParseHash(lines[2])
		check(err, name)
		return tlog.Tree{N: size, Hash: root}
	}
	tree := open("checkpoint", len(all), all...)
	reader := tlog.TileHashReader(tree, tiles{folder})

	for n, entry := range entries(folder, tree.N) {
		proof, err := tlog.ProveRecord(tree.N, int64(n), reader)
		check(err, fmt.Sprint("proof of ", n))
		check(tlog.CheckRecord(proof, tree.N, tree.Hash, int64(n), tlog.RecordHash(entry)), fmt.Sprint("entry ", n))
	}

	older, err := filepath.Glob(filepath.Join(folder, "checkpoint.*"))
	check(err, "checkpoints")
	consistent := 0
	for _, path := range older {
		before := open(filepath.Base(path), 1, log)
		if before.N == 0 {
			continue
		}
		proof, err := tlog.ProveTree(tree.N, before.N, reader)
		check(err, path)
		check(tlog.CheckTree(proof, tree.N, tree.Hash, before.N, before.Hash), path)
		consistent++
	}

	// Every tile on the disk is what the library would have written.
	seen := 0
	check(filepath.WalkDir(filepath.Join(folder, "tile"), func(path string, info fs.DirEntry, err error) error {
		name := strings.TrimPrefix(path, folder+"/tile/")
		if err != nil || info.IsDir() || strings.HasPrefix(name, "entries/") {
			return err
		}
		tile, err := tlog.ParseTilePath("tile/8/" + name)
		check(err, path)
		want, err := tlog.ReadTileData(tile, reader)
		check(err, path)
		have, err := os.ReadFile(path)
		check(err, path)
		demand(bytes.Equal(want, have), "%s differs", path)
		seen++
		return nil
	}), "tiles")
	demand(int64(seen) >= (tree.N+255)/256, "only %d tiles", seen)
	fmt.Printf("%d entries, %d older checkpoints, %d signatures\n", tree.N, consistent, len(all))
}
