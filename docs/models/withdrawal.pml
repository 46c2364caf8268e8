/* A withdrawal against a broker that lies.
 *
 * A holds a grant and withdraws it. B has a message under that grant and opens it with a share,
 * which the broker gives after it logged B's Release. The broker does whatever it is able to.
 * README.md beside this says what is left out, what each flag means, and what was found.
 *
 * A tree is a sequence of leaves. One root is one truth: what stands in a tree is the same for
 * everybody who reads that tree. There are at most two trees: tree 1 begins as tree 0 does, up to
 * `fork`, and goes on by itself.
 */

#ifndef PLACES
#define PLACES 7             /* leaves in one tree, at most */
#endif
#ifndef LEAVES
#define LEAVES 7             /* leaves in both trees together, at most; common ones count once */
#endif
#ifndef FIXED
#define FIXED 4              /* the fixed place: always a state (the log has one in every 256) */
#endif

#define A 0                  /* the holder of the grant */
#define B 1                  /* the recipient */
#define NOBODY 2
#define NOWHERE 15

/* Kinds of leaves. */
#define WITHDRAWN 1          /* between A and B, signed by A */
#define RELEASED  2          /* between A and B, signed by B */
#define MESSAGE   3          /* between A and B, signed by one of them: carries `seen` and `pair` */
#define STATEMENT 4          /* the weekly key statement of one of them: public, carries `seen` */
#define STATE     5          /* a state leaf */

/* The trees. `shown`: who gets to see a leaf between two, a mask of 1 << member; the other one has
 * junk in its place. `says`: of a leaf between two, the chain of the pair that it goes on from; of
 * a state, the key of the withdrawal in its list: 0 is no key, i + 1 is a key with index i. */
byte kind[2 * PLACES];
byte shown[2 * PLACES];
byte says[2 * PLACES];
byte length[2];
byte has[2];                 /* which kinds of events are in it: a mask of 1 << kind */
bit forked;
byte fork;

/* The chain of the pair as a tree shows it to a member: at 2 * tree + member. A chain is a number
 * in base 4 with one digit for each event, so two chains are equal only when all their events are.
 * Events of the same kind after the same chain are the same in both trees. */
byte chain[4];

/* What a member believes: its newest checkpoint (tree and size), its list, and its chain. */
byte tree[2];
byte size[2];
byte list[2];
byte pair[2];

bit released;                /* B's Release got into a tree, */
bit release_is_late;         /* and into none before A had the receipt of its withdrawal */
byte contact;                /* MESSAGE or STATEMENT: the next object that one of them signs */
bit contact_by;              /* who signed it */
bit seen_tree;               /* `seen`: the newest checkpoint of its signer */
byte seen_size;
byte seen_pair;              /* `pair`: the chain that its signer had */
bit past_fixed;              /* its signer had read past the fixed place behind the lie */

byte receipt;                /* size of the checkpoint that came with A's receipt; 0: none yet */
bit opened;                  /* B used the share */
bit accepted;                /* the contact reached the other one, who found nothing wrong */
bit over;                    /* somebody refused what it was shown, or all is well for good */

#ifdef MINUTES
bit asked;                   /* B asked with its Release, */
bit in_time;                 /* and no minute went by since */
bit minute_after;            /* a minute went by since A has its receipt */
bit opened_late;             /* B opened after that */
#endif

/* For use within one step: they keep nothing between steps. */
hidden byte step, spot, other, w_at, r_at, chain_now, new_list;
hidden byte good, contact_here, withdrawal_here, bad, apart;

#define PLACE(b, n) ((b) == 1 && (n) >= fork -> PLACES + (n) : (n))
#define IS_SHOWN(place, m) (shown[place] & (1 << (m)))
#define BETWEEN_TWO(k) ((k) >= WITHDRAWN && (k) <= MESSAGE)
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
  :: step < 2 * PLACES -> kind[step] = 0; shown[step] = 0; says[step] = 0; step++
  :: else -> break
  od;
  step = 0;
  do
  :: step < 2 ->
     length[step] = 0; has[step] = 0; tree[step] = 0; size[step] = 0; list[step] = 0;
     pair[step] = 0; step++
  :: else -> break
  od;
  step = 0;
  do
  :: step < 4 -> chain[step] = 0; step++
  :: else -> break
  od;
  forked = 0; fork = 0; released = 0; release_is_late = 0;
  contact = 0; contact_by = 0; seen_tree = 0; seen_size = 0; seen_pair = 0; past_fixed = 0;
  receipt = 0; opened = 0; accepted = 0; over = 1
}

/* ---------------------------------------------------------------------------- the property */

/* Looked at whenever somebody believed or opened something.
 *
 * bad: B opened, A has its receipt, and the Release does not stand before the withdrawal: in the
 * tree of A, or in that of B. A Release that both have before the withdrawal is no lie: B asked in
 * time. Once B opened and A has its receipt, nothing changes that, so a run that is not bad ends
 * there; in one that is, no contact may be accepted. */
inline check_property() {
  if
  :: opened && receipt > 0 ->
     find(w_at, WITHDRAWN, tree[A], size[A]);
     find(r_at, RELEASED, tree[A], size[A]);
     bad = r_at > w_at;
     apart = !SAME(tree[A], tree[B], w_at + 1) || size[B] <= w_at;
     find(w_at, WITHDRAWN, tree[B], size[B]);
     find(r_at, RELEASED, tree[B], size[B]);
     bad = bad || w_at < r_at;
#ifdef MINUTES
     bad = bad || opened_late;
#endif
     if
     :: !accepted -> skip
     :: accepted && contact == MESSAGE -> assert(!bad)
     :: else ->
#ifdef STATEMENT_AT_ONCE
        assert(!(bad && release_is_late))
#else
        /* Two trees: at once. One tree with two series of states: a statement whose signer had
         * read past the next fixed place. */
        assert(!(bad && release_is_late && apart));
#ifdef STATEMENT_IN_ANY_ORDER
        assert(!(bad && past_fixed))
#else
        assert(!(bad && release_is_late && past_fixed))
#endif
#endif
     fi;
#ifndef HONEST
     if :: !bad || accepted -> end_run() :: else fi
#endif
  :: else
  fi
}

/* What must be possible, or the property would say nothing. Each is an assertion that fails. */
inline check_reached() {
#ifdef REACH_OPEN            /* B opens, and there is no withdrawal */
  find(w_at, WITHDRAWN, 0, length[0]);
  assert(!opened || w_at < NOWHERE);
#endif
#ifdef REACH_STOPPED         /* A has its receipt, and B read of it before any Release */
  find(r_at, RELEASED, 0, length[0]);
  assert(receipt == 0 || list[B] == 0 || r_at < NOWHERE);
#endif
#ifdef REACH_CONTACT         /* B opened, A withdrew, and the next contact is fine */
  assert(!opened || receipt == 0 || !accepted);
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
    chain_now = pair[m];
    contact_here = false;
    withdrawal_here = false;
    new_list = says[PLACE(b, n - 1)];
    step = size[m];
    do
    :: step < n ->
       spot = PLACE(b, step);
       if
       :: contact > 0 && kind[spot] == contact && contact_by != m &&
          (contact == STATEMENT || IS_SHOWN(spot, m)) ->
          contact_here = true;
#ifndef NO_SEEN
          /* What its signer saw is the beginning of what this member reads. */
          good = good && seen_size <= n && SAME(seen_tree, b, seen_size);
#endif
#ifdef SEEN_STATE
          /* And the state there is that of this member's own list. */
          if
          :: seen_size > 0 ->
             other = (new_list <= seen_size -> new_list : 0);
             good = good && says[PLACE(b, seen_size - 1)] == other
          :: else
          fi;
#endif
#if !defined(NO_PAIR_CHAIN) && !defined(NO_PAIR_VIEW)
          if
          :: contact == MESSAGE ->  /* the chain that its signer had begins this member's */
             other = chain_now;
             do :: other > seen_pair -> other = other / 4 :: else -> break od;
             good = good && other == seen_pair
          :: else
          fi
#endif
       :: else
       fi;
       if
       :: BETWEEN_TWO(kind[spot]) && IS_SHOWN(spot, m) ->
#ifndef NO_PAIR_CHAIN
          good = good && says[spot] == chain_now;
#endif
          chain_now = chain_now * 4 + kind[spot];
          if :: kind[spot] == WITHDRAWN -> withdrawal_here = true :: else fi
       :: else
       fi;
       step++
    :: else -> break
    od;
#ifdef NO_STATE_LEAF
    new_list = 0;
#else
    /* The list goes on from this member's own. */
    good = good && (list[m] == 0 || list[m] == new_list) && new_list <= n;
#ifndef NO_INDEX_RULE
    /* Nothing comes late into what this member read already. */
    good = good && (list[m] > 0 || new_list == 0 || new_list > size[m]);
#endif
#ifndef NO_FIXED_STATES
    /* The fixed place states the beginning of the same list. */
    if
    :: n > FIXED ->
       other = (new_list <= FIXED + 1 -> new_list : 0);
       good = good && says[PLACE(b, FIXED)] == other
    :: else
    fi;
#endif
    /* A withdrawal of its own, or of its partner, is in the list. */
    good = good && (!withdrawal_here || new_list > 0);
#endif
    if
    :: good ->
       tree[m] = (!forked || n <= fork -> 0 : b);
       size[m] = n;
       list[m] = new_list;
       pair[m] = chain_now;
       if :: contact_here -> accepted = 1 :: else fi;
       if :: (m) == A && withdrawal_here -> receipt = n :: else fi;
       check_reached();
       check_property()
    :: else ->
#ifdef HONEST                /* nobody accuses an honest broker */
       assert(false);
#endif
#ifdef REACH_CAUGHT          /* the broker lied, B opened, and the next contact is refused */
       assert(!opened || receipt == 0 || !contact_here);
#endif
       end_run()
    fi
  }
}

/* An object with the view of its signer. */
inline sign_contact(k, m) {
  contact = k;
  contact_by = m;
  seen_tree = tree[m];
  seen_size = size[m];
  seen_pair = (k == MESSAGE -> pair[m] : 0);
  d_step {
    find(r_at, RELEASED, tree[m], size[m]);
    past_fixed = k == STATEMENT && size[m] > FIXED &&
                 ((m) == A -> receipt <= FIXED + 1 : r_at <= FIXED)
  }
}

/* An honest broker has contacts of all kinds, at any time. Else only those after the lie count. */
#ifdef HONEST
#define CONTACT_CAN_BE(k) (contact == k)
#define CONTACT_BY_A (contact == 0)
#define CONTACT_BY_B (contact == 0)
#else
#define CONTACT_CAN_BE(k) (contact == k && opened)
#define CONTACT_BY_A (contact == 0 && receipt > 0)
#define CONTACT_BY_B (contact == 0 && receipt > 0 && opened)
#endif

/* The flags about one kind of contact leave the other kind out. */
#if defined(STATEMENT_AT_ONCE) || defined(STATEMENT_IN_ANY_ORDER)
#define MESSAGES false
#else
#define MESSAGES true
#endif
#ifdef MINUTES
#define STATEMENTS false
#else
#define STATEMENTS true
#endif

/* A signs its withdrawal at the beginning; the broker logs it when it likes. */
proctype Holder() {
end:
  do
  :: atomic { !over && CONTACT_BY_A && MESSAGES -> sign_contact(MESSAGE, A) }
  :: atomic { !over && CONTACT_BY_A && STATEMENTS -> sign_contact(STATEMENT, A) }
  od
}

proctype Recipient() {
end:
  do
  /* It read the log past the Release. The list has no key of the grant, or one whose withdrawal it
   * was told of, which stands behind the Release. */
  :: atomic { !over && released && !opened ->
       d_step {
         find(r_at, RELEASED, tree[B], size[B]);
         find(w_at, WITHDRAWN, tree[B], size[B]);
         if
         :: w_at < NOWHERE ->
            if :: IS_SHOWN(PLACE(tree[B], w_at), B) -> skip :: else -> w_at = NOWHERE fi
         :: else
         fi;
         good = r_at < NOWHERE && r_at < w_at;
#ifndef NO_LOOK_UP
         good = good && (list[B] == 0 || list[B] > w_at + 1);
#endif
#ifdef MINUTES
         good = good && in_time;
         if :: good -> opened_late = minute_after :: else fi;
#endif
         if
         :: good ->
            opened = 1;
#ifdef REACH_HELD            /* B asked, A got its receipt, and then B opens */
            assert(receipt == 0);
#endif
            check_reached();
            check_property()
         :: else
         fi
       } }

  :: atomic { !over && CONTACT_BY_B && MESSAGES -> sign_contact(MESSAGE, B) }
  :: atomic { !over && CONTACT_BY_B && STATEMENTS -> sign_contact(STATEMENT, B) }

#ifdef MINUTES
  :: atomic { !over && !asked -> asked = 1; in_time = 1 }
#ifndef FROM_THE_FIRST_ASKING
  /* It knows of no withdrawal and asks again: with the same Release, and for another minute. */
  :: atomic { !over && asked && !opened && !in_time && list[B] == 0 -> in_time = 1 }
#endif
  :: atomic { !over && (in_time || (receipt > 0 && !minute_after)) ->
       in_time = 0;
       minute_after = (receipt > 0) }
#endif
  od
}

/* ------------------------------------------------------------------------------ the broker */

/* Logs an event in tree b. Of one between two, `who` is shown it (a mask), and it goes on from
 * their chain. */
inline log_event(b, k, who) {
  d_step {
    spot = PLACE(b, length[b]);
    kind[spot] = k;
    length[b] = length[b] + 1;
    has[b] = has[b] | (1 << k);
    if
    :: who > 0 ->
       shown[spot] = who;
       says[spot] = (who == 2 -> chain[2 * b + B] : chain[2 * b + A]);
       other = says[spot] * 4 + k;
       if :: (who) & 1 -> chain[2 * b + A] = other :: else fi;
       if :: (who) & 2 -> chain[2 * b + B] = other :: else fi
    :: else
    fi
  }
}

#if defined(HONEST)          /* the gate refuses a Release after the withdrawal */
#define RELEASE_CAN_BE(b) (!(has[b] & (1 << WITHDRAWN)))
#elif defined(MINUTES)
#define RELEASE_CAN_BE(b) asked
#else
#define RELEASE_CAN_BE(b) true
#endif

/* Whether it can log an object that was signed: once in each tree, not at the fixed place. */
#define FITS(k, b) \
  (!(has[b] & (1 << k)) && length[b] != FIXED && length[b] + 1 < PLACES && ROOM(b))

/* Both are shown an event between two, or only who must have it: `needs`, a mask. Where the chains
 * of the two differ already, an event for both has junk for one of them. */
inline log_between(b, k, needs) {
  if
  :: k == RELEASED && !released -> released = 1; release_is_late = (receipt > 0)
  :: else
  fi;
  if
  :: chain[2 * b] == chain[2 * b + 1] -> log_event(b, k, 3)
#ifndef HONEST
  :: log_event(b, k, needs)
#endif
  fi
}

/* A state leaf at the end of tree b, and who reads it. */
inline log_state(b) {
#ifdef HONEST
  d_step {
    find(w_at, WITHDRAWN, b, length[b]);
    if
    :: w_at < NOWHERE ->
       step = w_at;
       do
       :: step < length[b] && kind[step] != STATE -> step++
       :: else -> break
       od;
       key = step + 1
    :: else
    fi
  }
  if :: reader = A :: reader = B fi;
#else
  if
  :: !forked || b == 0 -> reader = A; key = list[A]
  :: !forked || b == 1 -> reader = B; key = list[B]
  :: length[b] == FIXED -> reader = NOBODY
  fi;
#ifndef NO_STATE_LEAF
  /* Any key that its reader does not refuse for what it has. */
  do
  :: key <= length[b] && (reader == NOBODY || list[reader] == 0) -> key++
  :: break
  od;
#endif
#endif
  skip;
  d_step {
    spot = PLACE(b, length[b]);
    kind[spot] = STATE;
    says[spot] = key;
    length[b] = length[b] + 1
  }
  if
  :: reader != NOBODY -> n = length[b]; read(reader, b, n)
  :: else
  fi;
  n = 0; key = 0; reader = 0
}

/* A checkpoint that is there already, to a member that may have read less. */
inline offer(b, m) {
  n = size[m] + 1;
  do
  :: n < length[b] -> n++
  :: break
  od;
  if
  :: kind[PLACE(b, n - 1)] == STATE -> read(m, b, n)
  :: else
  fi;
  n = 0
}

proctype Broker() {
  byte n, key, reader;
end:
  do
  :: atomic { !over && FITS(WITHDRAWN, 0) -> log_between(0, WITHDRAWN, 1 << A) }
  :: atomic { !over && FITS(WITHDRAWN, 1) && forked -> log_between(1, WITHDRAWN, 1 << A) }

  :: atomic { !over && FITS(RELEASED, 0) && RELEASE_CAN_BE(0) ->
       log_between(0, RELEASED, 1 << B) }
  :: atomic { !over && FITS(RELEASED, 1) && RELEASE_CAN_BE(1) && forked ->
       log_between(1, RELEASED, 1 << B) }

  :: atomic { !over && CONTACT_CAN_BE(MESSAGE) && FITS(MESSAGE, 0) ->
       log_between(0, MESSAGE, 2 >> contact_by) }
  :: atomic { !over && CONTACT_CAN_BE(MESSAGE) && FITS(MESSAGE, 1) && forked ->
       log_between(1, MESSAGE, 2 >> contact_by) }

  :: atomic { !over && CONTACT_CAN_BE(STATEMENT) && FITS(STATEMENT, 0) ->
       log_event(0, STATEMENT, 0) }
  :: atomic { !over && CONTACT_CAN_BE(STATEMENT) && FITS(STATEMENT, 1) && forked ->
       log_event(1, STATEMENT, 0) }

  /* A state that says what the broker likes. Somebody reads it at once: a state that nobody ever
   * reads changes nothing, except at the fixed place, where everybody reads it who goes past. */
  :: atomic { !over && length[0] > 0 && ROOM(0) -> log_state(0) }
  :: atomic { !over && length[1] > 0 && ROOM(1) && forked -> log_state(1) }

  /* Either tree, to either member. */
  :: atomic { !over && size[A] < length[0] -> offer(0, A) }
  :: atomic { !over && size[B] < length[0] -> offer(0, B) }
  :: atomic { !over && size[A] < length[1] && forked -> offer(1, A) }
  :: atomic { !over && size[B] < length[1] && forked -> offer(1, B) }

#ifndef HONEST
  /* Two histories from here on. */
  :: atomic { !over && !forked ->
       forked = 1; fork = length[0]; length[1] = length[0];
       has[1] = has[0]; chain[2] = chain[0]; chain[3] = chain[1] }
#endif
  od
}

init { atomic { run Holder(); run Recipient(); run Broker() } }
