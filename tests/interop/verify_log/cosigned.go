// Cosignatures of type 04 (C2SP tlog-cosignature) under the checkpoint that a quorum signed: x/mod reads the note, and asks
// this verifier.
package main

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"strings"

	"golang.org/x/mod/sumdb/note"
)

type cosigner struct {
	name   string
	hash   uint32
	public ed25519.PublicKey
}

func newCosigner(key string) cosigner {
	parts := strings.SplitN(key, "+", 3)
	if len(parts) != 3 {
		fail("witness key %q", key)
	}
	bytes, err := base64.StdEncoding.DecodeString(parts[2])
	if err != nil || len(bytes) != 33 || bytes[0] != 4 {
		fail("witness key %q", key)
	}
	sum := sha256.Sum256(append([]byte(parts[0]+"\n"), bytes...))
	if fmt.Sprintf("%x", sum[:4]) != parts[1] {
		fail("the id of witness key %q", key)
	}
	return cosigner{parts[0], binary.BigEndian.Uint32(sum[:4]), bytes[1:]}
}

func (c cosigner) Name() string    { return c.name }
func (c cosigner) KeyHash() uint32 { return c.hash }
func (c cosigner) Verify(message, signature []byte) bool {
	if len(signature) != 72 {
		return false
	}
	var signed bytes.Buffer
	fmt.Fprintf(&signed, "cosignature/v1\ntime %d\n%s", binary.BigEndian.Uint64(signature[:8]), message)
	return ed25519.Verify(c.public, signed.Bytes(), signature[8:])
}

// Every one of these witnesses signed it, and the log too.
func verifyCosigned(s server, log note.Verifier, keys []string) {
	known := []note.Verifier{log}
	for _, key := range keys {
		known = append(known, newCosigner(key))
	}
	opened, err := note.Open(s.get("/log/cosigned"), note.VerifierList(known...))
	if err != nil {
		fail("cosigned checkpoint: %v", err)
	}
	if len(opened.Sigs) != len(known) || len(opened.UnverifiedSigs) != 0 {
		fail("of %d signatures %d are known", len(opened.Sigs)+len(opened.UnverifiedSigs), len(opened.Sigs))
	}
	_, tree := parse(opened.Text)
	fmt.Printf("cosigned: a tree of %d by %d witnesses\n", tree.N, len(keys))
}
