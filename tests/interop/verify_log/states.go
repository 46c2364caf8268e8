// What the tree says of the two lists that every member holds: each state leaf opened, and both lists recomputed with
// golang.org/x/mod/sumdb/tlog. A file says what a member has, a line each: "state INDEX STATE SALT" and
// "withdrawn INDEX KEY" (hex), "public INDEX" of each public event.
package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"os"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/tlog"
)

// A tree that grows by one record at a time.
type list struct {
	size   int64
	stored []tlog.Hash
}

func (l *list) reader() tlog.HashReaderFunc {
	return func(indexes []int64) ([]tlog.Hash, error) {
		var out []tlog.Hash
		for _, i := range indexes {
			out = append(out, l.stored[i])
		}
		return out, nil
	}
}

func (l *list) append(index uint64, item []byte) {
	record := binary.BigEndian.AppendUint64(nil, index)
	hashes, err := tlog.StoredHashes(l.size, append(record, item...), l.reader())
	if err != nil {
		fail("%v", err)
	}
	l.stored = append(l.stored, hashes...)
	l.size++
}

// size u64 ‖ root, as a state has it. RFC 6962: of no record, SHA-256 of nothing.
func (l *list) head() []byte {
	root := tlog.Hash(sha256.Sum256(nil))
	if l.size > 0 {
		var err error
		if root, err = tlog.TreeHash(l.size, l.reader()); err != nil {
			fail("%v", err)
		}
	}
	return append(binary.BigEndian.AppendUint64(nil, uint64(l.size)), root[:]...)
}

func unhex(text string) []byte {
	out, err := hex.DecodeString(text)
	if err != nil {
		fail("hex: %v", err)
	}
	return out
}

func verifyStates(file string, entries [][]byte) {
	text, err := os.ReadFile(file)
	if err != nil {
		fail("%v", err)
	}
	states := map[uint64][2][]byte{}
	public := map[uint64]bool{}
	withdrawn := map[uint64][][]byte{}
	for _, line := range strings.Split(strings.TrimSpace(string(text)), "\n") {
		words := strings.Fields(line)
		index, err := strconv.ParseUint(words[1], 10, 64)
		if err != nil || index >= uint64(len(entries)) {
			fail("line %q", line)
		}
		switch words[0] {
		case "state":
			states[index] = [2][]byte{unhex(words[2]), unhex(words[3])}
		case "public":
			public[index] = true
		case "withdrawn":
			withdrawn[index] = append(withdrawn[index], unhex(words[2]))
		default:
			fail("line %q", line)
		}
	}
	var directory, keys list
	opened := 0
	for i, entry := range entries {
		index := uint64(i)
		state, found := states[index]
		if index%256 == 255 && !found {
			fail("no state at %d", index)
		}
		if public[index] {
			directory.append(index, entry)
		}
		if !found {
			continue
		}
		for _, key := range withdrawn[index] {
			keys.append(index, key)
		}
		committed := sha256.Sum256(append(append([]byte("veerpont/state/v1\x00"), state[1]...), state[0]...))
		if !bytes.Equal(committed[:], entry) {
			fail("the state at %d is not the one in the tree", index)
		}
		expected := append(binary.BigEndian.AppendUint64(nil, index), state[0][8:16]...)
		expected = append(append(expected, directory.head()...), keys.head()...)
		if !bytes.Equal(expected, state[0]) {
			fail("the lists are not those of the state at %d", index)
		}
		opened++
	}
	if _, found := states[uint64(len(entries)-1)]; !found {
		fail("the last leaf is no state")
	}
	fmt.Printf("opened: %d states, %d public events, %d keys\n", opened, directory.size, keys.size)
}
