// Verifies a running broker's log with software nobody here wrote: golang.org/x/mod/sumdb/note and tlog. Reads the
// checkpoint and tiles over HTTPS, recomputes the root from tiles, and checks inclusion and consistency proofs.
// usage: verify_log proof VERIFIER-KEY FILE
//        verify_log cosigned https://HOST:PORT VERIFIER-KEY CA-FILE WITNESS-KEY…
//        verify_log https://HOST:PORT VERIFIER-KEY CA-FILE OLD-CHECKPOINT-FILE [LISTS-FILE]
package main

import (
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"fmt"
	"io"
	"net/http"
	"os"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

func fail(format string, args ...interface{}) {
	fmt.Fprintf(os.Stderr, format+"\n", args...)
	os.Exit(1)
}

type server struct {
	base   string
	client *http.Client
}

func (s server) get(path string) []byte {
	answer, err := s.client.Get(s.base + path)
	if err != nil {
		fail("%s: %v", path, err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil || answer.StatusCode != 200 {
		fail("%s: %s", path, answer.Status)
	}
	return body
}

func connect(base, authority string) server {
	pem, err := os.ReadFile(authority)
	if err != nil {
		fail("%v", err)
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(pem) {
		fail("no certificate in %s", authority)
	}
	return server{base, &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool}}}}
}

// The three lines of a C2SP checkpoint; tlog.ParseTree wants another first line.
func parse(text string) (string, tlog.Tree) {
	lines := strings.Split(text, "\n")
	if len(lines) != 4 || lines[3] != "" {
		fail("a checkpoint has three lines")
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil {
		fail("size: %v", err)
	}
	root, err := base64.StdEncoding.DecodeString(lines[2])
	if err != nil || len(root) != tlog.HashSize {
		fail("root")
	}
	tree := tlog.Tree{N: size}
	copy(tree.Hash[:], root)
	return lines[0], tree
}

func open(bytes []byte, verifier note.Verifier) tlog.Tree {
	opened, err := note.Open(bytes, note.VerifierList(verifier))
	if err != nil {
		fail("checkpoint: %v", err)
	}
	origin, tree := parse(opened.Text)
	if origin != verifier.Name() {
		fail("origin %q is not %q", origin, verifier.Name())
	}
	return tree
}

// Tiles over HTTPS, as tlog.TileReader wants them; it authenticates each against the tree.
type tiles struct {
	server
	read map[string][]byte // what came is asked for once
}

func (tiles) Height() int { return 8 }
func (t tiles) ReadTiles(wanted []tlog.Tile) ([][]byte, error) {
	var out [][]byte
	for _, tile := range wanted {
		// tile.Path is tile/8/L/N…; C2SP leaves the height out.
		path := "/log/" + strings.Replace(tile.Path(), "tile/8/", "tile/", 1)
		if _, known := t.read[path]; !known {
			t.read[path] = t.get(path)
		}
		out = append(out, t.read[path])
	}
	return out, nil
}
func (tiles) SaveTiles([]tlog.Tile, [][]byte) {}

// One event in a file, with the key of the log and nothing else: C2SP tlog-proof, with salt and body of the event as its
// extra data. The entry is SHA-256("veerpont/event/v1" 00 salt body).
func verifyProof(text string, verifier note.Verifier) {
	head, signed, found := strings.Cut(text, "\n\n")
	lines := strings.Split(head, "\n")
	if !found || len(lines) < 3 || lines[0] != "c2sp.org/tlog-proof@v1" {
		fail("not a tlog-proof")
	}
	extra, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(lines[1], "extra "))
	if err != nil || len(extra) <= 32 {
		fail("extra: %v", err)
	}
	index, err := strconv.ParseInt(strings.TrimPrefix(lines[2], "index "), 10, 64)
	if err != nil {
		fail("index: %v", err)
	}
	var proof tlog.RecordProof
	for _, line := range lines[3:] {
		bytes, err := base64.StdEncoding.DecodeString(line)
		if err != nil || len(bytes) != tlog.HashSize {
			fail("hash %q", line)
		}
		var hash tlog.Hash
		copy(hash[:], bytes)
		proof = append(proof, hash)
	}
	tree := open([]byte(signed), verifier)
	entry := sha256.Sum256(append([]byte("veerpont/event/v1\x00"), extra...))
	if err := tlog.CheckRecord(proof, tree.N, tree.Hash, index, tlog.RecordHash(entry[:])); err != nil {
		fail("inclusion: %v", err)
	}
	fmt.Printf("proven: event %d of %d\n", index, tree.N)
}

func main() {
	if len(os.Args) == 4 && os.Args[1] == "proof" {
		verifier, err := note.NewVerifier(os.Args[2])
		if err != nil {
			fail("verifier key: %v", err)
		}
		text, err := os.ReadFile(os.Args[3])
		if err != nil {
			fail("%v", err)
		}
		verifyProof(string(text), verifier)
		return
	}
	if len(os.Args) > 5 && os.Args[1] == "cosigned" {
		verifier, err := note.NewVerifier(os.Args[3])
		if err != nil {
			fail("verifier key: %v", err)
		}
		verifyCosigned(connect(os.Args[2], os.Args[4]), verifier, os.Args[5:])
		return
	}
	if len(os.Args) != 5 && len(os.Args) != 6 {
		fail("usage: verify_log URL VERIFIER-KEY CA-FILE OLD-CHECKPOINT-FILE [LISTS-FILE]")
	}
	s := connect(os.Args[1], os.Args[3])
	verifier, err := note.NewVerifier(os.Args[2])
	if err != nil {
		fail("verifier key: %v", err)
	}
	oldBytes, err := os.ReadFile(os.Args[4])
	if err != nil {
		fail("%v", err)
	}
	older := open(oldBytes, verifier)
	tree := open(s.get("/log/checkpoint"), verifier)
	if tree.N <= older.N {
		fail("the log did not grow: %d, %d", older.N, tree.N)
	}

	// The root from the entries alone, through tlog's own tree.
	var stored []tlog.Hash
	var entries [][]byte
	reader := tlog.HashReaderFunc(func(indexes []int64) ([]tlog.Hash, error) {
		var out []tlog.Hash
		for _, i := range indexes {
			out = append(out, stored[i])
		}
		return out, nil
	})
	for first := int64(0); first < tree.N; first += 256 {
		width := tree.N - first
		if width > 256 {
			width = 256
		}
		path := tlog.Tile{H: 8, L: -1, N: first / 256, W: int(width)}.Path()
		bundle := s.get("/log/" + strings.Replace(path, "tile/8/data/", "tile/entries/", 1))
		for i := int64(0); i < width; i++ {
			size := int(bundle[0])<<8 | int(bundle[1])
			entry := bundle[2 : 2+size]
			bundle = bundle[2+size:]
			entries = append(entries, entry)
			hashes, err := tlog.StoredHashes(first+i, entry, reader)
			if err != nil {
				fail("%v", err)
			}
			stored = append(stored, hashes...)
		}
		if len(bundle) != 0 {
			fail("an entry bundle is too long")
		}
	}
	if root, err := tlog.TreeHash(tree.N, reader); err != nil || root != tree.Hash {
		fail("the entries do not make the signed root")
	}

	// Proofs from the served tiles, each tile authenticated against the signed tree.
	authenticated := tlog.TileHashReader(tree, tiles{s, map[string][]byte{}})
	if root, err := tlog.TreeHash(tree.N, authenticated); err != nil || root != tree.Hash {
		fail("the tiles do not make the signed root: %v", err)
	}
	checked := 0
	for index := int64(0); index < tree.N; index++ {
		proof, err := tlog.ProveRecord(tree.N, index, authenticated)
		if err != nil {
			fail("proving %d: %v", index, err)
		}
		if err := tlog.CheckRecord(proof, tree.N, tree.Hash, index, stored[tlog.StoredHashIndex(0, index)]); err != nil {
			fail("inclusion of %d: %v", index, err)
		}
		checked++
	}
	consistency, err := tlog.ProveTree(tree.N, older.N, authenticated)
	if err != nil {
		fail("%v", err)
	}
	if err := tlog.CheckTree(consistency, tree.N, tree.Hash, older.N, older.Hash); err != nil {
		fail("consistency: %v", err)
	}
	if len(os.Args) == 6 {
		verifyStates(os.Args[5], entries)
	}
	fmt.Printf("verified: %d events, %d inclusion proofs, consistent with %d\n", tree.N, checked, older.N)
}
