// A witness of somebody else's: C2SP tlog-witness and tlog-cosignature over golang.org/x/mod/sumdb, which knows nothing of
// Veerpont. It keeps the tree that it signed last, and signs what extends it.
// usage: witness NAME LOG-VERIFIER-KEY ADDRESS-FILE     listens on a port of its own; writes "VERIFIER-KEY URL" there
package main

import (
	"bytes"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strconv"
	"strings"
	"sync"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

func fail(format string, args ...interface{}) {
	fmt.Fprintf(os.Stderr, format+"\n", args...)
	os.Exit(1)
}

type witness struct {
	mutex  sync.Mutex
	name   string
	log    note.Verifier
	public ed25519.PublicKey
	secret ed25519.PrivateKey
	tree   tlog.Tree
}

// Type 04.
func (w *witness) keyID() []byte {
	sum := sha256.Sum256(append([]byte(w.name+"\n\x04"), w.public...))
	return sum[:4]
}

func (w *witness) verifierKey() string {
	return fmt.Sprintf("%s+%x+%s", w.name, w.keyID(), base64.StdEncoding.EncodeToString(append([]byte{4}, w.public...)))
}

func (w *witness) cosign(text string) string {
	now := uint64(time.Now().Unix())
	signature := ed25519.Sign(w.secret, []byte(fmt.Sprintf("cosignature/v1\ntime %d\n%s", now, text)))
	line := binary.BigEndian.AppendUint64(append([]byte(nil), w.keyID()...), now)
	return "— " + w.name + " " + base64.StdEncoding.EncodeToString(append(line, signature...)) + "\n"
}

func parseTree(text string) (tlog.Tree, bool) {
	lines := strings.Split(text, "\n")
	if len(lines) != 4 {
		return tlog.Tree{}, false
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	root, bad := base64.StdEncoding.DecodeString(lines[2])
	tree := tlog.Tree{N: size}
	copy(tree.Hash[:], root)
	return tree, err == nil && bad == nil && len(root) == tlog.HashSize
}

func (w *witness) add(answer http.ResponseWriter, request *http.Request) {
	body, err := io.ReadAll(io.LimitReader(request.Body, 1<<16))
	head, text, found := bytes.Cut(body, []byte("\n\n"))
	if err != nil || !found || request.Method != "POST" {
		http.Error(answer, "not a request", 400)
		return
	}
	opened, err := note.Open(text, note.VerifierList(w.log))
	if err != nil {
		http.Error(answer, "not signed by the log", 403)
		return
	}
	next, ok := parseTree(opened.Text)
	lines := strings.Split(string(head), "\n")
	old, err := strconv.ParseInt(strings.TrimPrefix(lines[0], "old "), 10, 64)
	if !ok || err != nil || !strings.HasPrefix(lines[0], "old ") || old > next.N {
		http.Error(answer, "not a request", 400)
		return
	}
	w.mutex.Lock()
	defer w.mutex.Unlock()
	if old != w.tree.N {
		answer.Header().Set("Content-Type", "text/x.tlog.size")
		answer.WriteHeader(409)
		fmt.Fprintf(answer, "%d\n", w.tree.N)
		return
	}
	var proof tlog.TreeProof
	for _, line := range lines[1:] {
		bytes, err := base64.StdEncoding.DecodeString(line)
		if err != nil || len(bytes) != tlog.HashSize {
			http.Error(answer, "a hash", 400)
			return
		}
		var hash tlog.Hash
		copy(hash[:], bytes)
		proof = append(proof, hash)
	}
	if old > 0 && old != next.N {
		if err := tlog.CheckTree(proof, next.N, next.Hash, old, w.tree.Hash); err != nil {
			http.Error(answer, err.Error(), 422)
			return
		}
	}
	if old == next.N && w.tree.Hash != next.Hash {
		http.Error(answer, "another root for this size", 409)
		return
	}
	w.tree = next
	io.WriteString(answer, w.cosign(opened.Text))
}

func main() {
	if len(os.Args) != 4 {
		fail("usage: witness NAME LOG-VERIFIER-KEY ADDRESS-FILE")
	}
	log, err := note.NewVerifier(os.Args[2])
	if err != nil {
		fail("verifier key: %v", err)
	}
	public, secret, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		fail("%v", err)
	}
	w := &witness{name: os.Args[1], log: log, public: public, secret: secret}
	http.HandleFunc("/add-checkpoint", w.add)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		fail("%v", err)
	}
	text := w.verifierKey() + " http://" + listener.Addr().String()
	if err := os.WriteFile(os.Args[3]+".new", []byte(text), 0600); err != nil {
		fail("%v", err)
	}
	if err := os.Rename(os.Args[3]+".new", os.Args[3]); err != nil {
		fail("%v", err)
	}
	fail("%v", http.Serve(listener, nil))
}
