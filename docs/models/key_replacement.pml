/* A key replacement against a broker that lies.
 *
 * A replaces its keys: a new key statement, which is a public event. B seals a message to A with
 * the newest keys that it knows. The broker does whatever it is able to, to keep B on the old ones.
 * README.md beside this says what is left out, what each flag means, and what was found. The trees
 * are those of withdrawal.pml.
 */

#ifndef PLACES
#define PLACES 8             /* leaves in one tree, at most */
#endif
#ifndef LEAVES
#define LEAVES 10            /* leaves in both trees together, at most; common ones count once */
#endif
#ifndef FIXED
#define FIXED 4              /* the fixed place: always a state (the log has one in every 256) */
#endif

#define A 0                  /* replaces its keys */
#define B 1                  /* seals to A */
#define NOBODY 2
#define NOWHERE 15

/* Kinds of leaves. */
#define REPLACED 1           /* A's new key statement: public */
#define CONTACT  2           /* an object of A or B that reaches the other and carries `seen` */
#define STATE    3           /* a state leaf */

/* The trees. `says`, of a state: whether the new key statement is in its directory. */
byte kind[2 * PLACES];
bit says[2 * PLACES];
byte length[2];
bit forked;
byte fork;

/* What a member believes: its newest checkpoint (tree and size), and where the new key statement
 * stands in its directory: 0 is nowhere, i + 1 is index i. */
byte tree[2];
byte size[2];
byte list[2];

byte receipt;                /* size of the checkpoint that came with A's receipt; 0: none yet */
bit sealed;                  /* B sealed to the replaced keys, */
bit sealed_tree;             /* and this was its newest checkpoint then */
byte sealed_size;
bit sealed_late;             /* A had its receipt then */
bit contact;                 /* the next object that one of them signs */
bit contact_by;              /* who signed it; of B, it may be what B sealed */
bit seen_tree;               /* `seen`: the newest checkpoint of its signer */
byte seen_size;
bit past_fixed;              /* its signer had read past the fixed place behind the lie */
bit accepted;                /* the contact reached the other one, who found nothing wrong */
bit over;                    /* somebody refused what it was shown, or all is well for good */

/* For use within one step: they keep nothing between steps. */
hidden byte step, spot, p_at, new_list;
hidden byte good, contact_here, bad, apart;

#define PLACE(b, n) ((b) == 1 && (n) >= fork -> PLACES + (n) : (n))
/* The first n leaves of tree b stand in tree c as well. */
#define SAME(b, c, n) (!forked || (b) == (c) || (n) <= fork)
/* One more leaf fits into tree b. */
#define TOTAL (forked -> length[0] + length[1] - fork : length[0])
#define ROOM(b) (length[b] < PLACES && TOTAL < LEAVES)

/* Where a kind of leaf first stands among the first n of tree b. */
inline find(found, k, b, n) {
  found = NOWHERE;
  step = 0;
  do
  :: step < n && kind[PLACE(b, step)] == k -> found = step; break
  :: step < n && kind[PLACE(b, step)] != k -> step++
  :: else -> break
  od
}

/* All runs end in one and the same state. */
inline end_run() {
  step = 0;
  do
  :: step < 2 * PLACES -> kind[step] = 0; says[step] = 0; step++
  :: else -> break
  od;
  step = 0;
  do
  :: step < 2 -> length[step] = 0; tree[step] = 0; size[step] = 0; list[step] = 0; step++
  :: else -> break
  od;
  forked = 0; fork = 0; receipt = 0; sealed = 0; sealed_tree = 0; sealed_size = 0;
  sealed_late = 0; contact = 0; contact_by = 0; seen_tree = 0; seen_size = 0; past_fixed = 0;
  accepted = 0; over = 1
}

/* ---------------------------------------------------------------------------- the property */

/* Looked at whenever somebody believed or sealed something.
 *
 * bad: A has its receipt, and B sealed to the replaced keys although the log that it had read is
 * another one than A's, or goes past the new key statement. A B that was shown only an older part
 * of the same log is not bad here: that takes the fence (README.md). */
inline check_property() {
  if
  :: sealed && receipt > 0 ->
     find(p_at, REPLACED, tree[A], size[A]);
     bad = !SAME(sealed_tree, tree[A], sealed_size) || sealed_size > p_at;
     apart = !SAME(tree[A], tree[B], p_at + 1) || size[B] <= p_at;
     if
     :: !accepted -> skip
     :: else ->
#ifdef AT_ONCE
        assert(!bad);
#endif
#ifdef NEEDS_THE_FENCE
        assert(bad || !sealed_late);
#endif
        /* Two trees: at once. One tree with two series of states: a contact whose signer had read
         * past the next fixed place. */
        assert(!(bad && apart));
        assert(!(bad && past_fixed))
     fi;
#ifdef NEEDS_THE_FENCE
     bad = bad || sealed_late;
#endif
#ifndef HONEST
     if :: !bad || accepted -> end_run() :: else fi
#endif
  :: else
  fi
}

/* What must be possible, or the property would say nothing. Each is an assertion that fails. */
inline check_reached() {
#ifdef REACH_SEALED          /* B seals in good time, and A replaces its keys after that */
  assert(!sealed || receipt == 0 || sealed_late);
#endif
#ifdef REACH_LEARNED         /* A has its receipt, and B seals to the old keys no more */
  assert(receipt == 0 || list[B] == 0 || sealed);
#endif
#ifdef REACH_CONTACT         /* B sealed, A replaced its keys, and the next contact is fine */
  assert(!sealed || receipt == 0 || !accepted);
#endif
  skip
}

/* ----------------------------------------------------------------------------- the members */

/* Member m is shown the checkpoint of the first n leaves of tree b, and reads up to it. It believes
 * all of it, or refuses all of it. */
inline read(m, b, n) {
  d_step {
#ifdef NO_CONSISTENCY
    good = true;
#else
    good = SAME(tree[m], b, size[m]);
#endif
    contact_here = false;
    find(p_at, REPLACED, b, n);
    new_list = (says[PLACE(b, n - 1)] -> p_at + 1 : 0);
    step = size[m];
    do
    :: step < n ->
       if
       :: kind[PLACE(b, step)] == CONTACT && contact_by != m ->
          contact_here = true;
#ifndef NO_SEEN
          /* What its signer saw is the beginning of what this member reads. */
          good = good && seen_size <= n && SAME(seen_tree, b, seen_size);
#endif
#ifdef SEEN_STATE
          /* And the state there is that of this member's own directory. */
          if
          :: seen_size > 0 ->
             good = good &&
                    says[PLACE(b, seen_size - 1)] == (new_list > 0 && new_list < seen_size)
          :: else
          fi
#endif
       :: else
       fi;
       step++
    :: else -> break
    od;
#ifndef NO_STATE_LEAF
    /* The directory goes on from this member's own. */
    good = good && (list[m] == 0 || list[m] == new_list);
#ifndef NO_INDEX_RULE
    /* Nothing comes late into what this member read already. */
    good = good && (list[m] > 0 || new_list == 0 || new_list > size[m]);
#endif
#ifndef NO_FIXED_STATES
    /* The fixed place states the beginning of the same directory. */
    good = good &&
           (n <= FIXED || says[PLACE(b, FIXED)] == (new_list > 0 && new_list <= FIXED));
#endif
#endif
    if
    :: good ->
       tree[m] = (!forked || n <= fork -> 0 : b);
       size[m] = n;
       list[m] = new_list;
       if :: contact_here -> accepted = 1 :: else fi;
       if
#if defined(NO_OWN_EVENT) || defined(NO_STATE_LEAF)
       /* The proof of the event is enough for A. */
       :: (m) == A && receipt == 0 && p_at < NOWHERE -> receipt = n
#else
       /* A's own event must be in the first state after it, or it has no receipt. */
       :: (m) == A && receipt == 0 && new_list > 0 -> receipt = n
#endif
       :: else
       fi;
       check_reached();
       check_property()
    :: else ->
#ifdef HONEST                /* nobody accuses an honest broker */
       assert(false);
#endif
#ifdef REACH_CAUGHT          /* the broker lied, B sealed, and the next contact is refused */
       assert(!sealed || receipt == 0 || !contact_here);
#endif
       end_run()
    fi
  }
}

/* An object with the view of its signer. */
inline sign_contact(m) {
  contact = 1;
  contact_by = m;
  seen_tree = tree[m];
  seen_size = size[m];
  d_step {
    find(p_at, REPLACED, tree[A], size[A]);
    past_fixed = size[m] > FIXED && p_at < FIXED
  }
}

#ifdef HONEST
#define CONTACT_BY_A (!contact)
#define CONTACT_BY_B (!contact)
#else
#define CONTACT_BY_A (!contact && receipt > 0)
#define CONTACT_BY_B (!contact && sealed)
#endif

/* A signs its new key statement at the beginning; the broker logs it when it likes. */
proctype Replacing() {
end:
  do
  :: atomic { !over && CONTACT_BY_A -> sign_contact(A) }
  od
}

proctype Sealing() {
end:
  do
  :: atomic { !over && !sealed && list[B] == 0 ->
       d_step {
         sealed = 1; sealed_tree = tree[B]; sealed_size = size[B]; sealed_late = (receipt > 0);
         check_reached();
         check_property()
       } }
  :: atomic { !over && CONTACT_BY_B -> sign_contact(B) }
  od
}

/* ------------------------------------------------------------------------------ the broker */

/* Logs an object that was signed: once in each tree, not at the fixed place. */
inline log_signed(b, k) {
  d_step {
    find(p_at, k, b, length[b]);
    if
    :: p_at == NOWHERE && length[b] != FIXED && length[b] + 1 < PLACES && ROOM(b) ->
       spot = PLACE(b, length[b]);
       kind[spot] = k;
       length[b] = length[b] + 1
    :: else
    fi
  }
}

/* A state leaf at the end of tree b, and who reads it. */
inline log_state(b) {
#ifdef HONEST
  d_step { find(p_at, REPLACED, b, length[b]); key = (p_at < NOWHERE) }
  if :: reader = A :: reader = B fi;
#else
  if
  :: !forked || b == 0 -> reader = A
  :: !forked || b == 1 -> reader = B
  :: length[b] == FIXED -> reader = NOBODY
  fi;
  if
  :: key = 0
  :: key = 1
  fi;
#endif
  d_step {
    find(p_at, REPLACED, b, length[b]);
    spot = PLACE(b, length[b]);
    kind[spot] = STATE;
    says[spot] = key && p_at < NOWHERE;
    length[b] = length[b] + 1
  }
  if
  :: reader != NOBODY -> n = length[b]; read(reader, b, n)
  :: else
  fi;
  n = 0; key = 0; reader = 0
}

proctype Broker() {
  byte b, n, reader;
  bit key;
end:
  do
  :: atomic { !over -> log_signed(0, REPLACED) }
  :: atomic { !over && forked -> log_signed(1, REPLACED) }
  :: atomic { !over && contact -> log_signed(0, CONTACT) }
  :: atomic { !over && contact && forked -> log_signed(1, CONTACT) }

  /* A state that says what the broker likes. Somebody reads it at once: a state that nobody ever
   * reads changes nothing, except at the fixed place, where everybody reads it who goes past. */
  :: atomic { !over && length[0] > 0 && ROOM(0) -> log_state(0) }
  :: atomic { !over && length[1] > 0 && ROOM(1) && forked -> log_state(1) }

  /* A checkpoint that is there already: of either tree, to either member. */
  :: atomic { !over ->
       if :: b = 0 :: forked -> b = 1 fi;
       if :: reader = A :: reader = B fi;
       n = size[reader];
       do
       :: n < length[b] -> n++
       :: break
       od;
       if
       :: n > size[reader] && kind[PLACE(b, n - 1)] == STATE -> read(reader, b, n)
       :: else
       fi;
       b = 0; n = 0; reader = 0 }

#ifndef HONEST
  /* Two histories from here on. */
  :: atomic { !over && !forked -> forked = 1; fork = length[0]; length[1] = length[0] }
#endif
  od
}

init { atomic { run Replacing(); run Sealing(); run Broker() } }
