#!/usr/bin/env python3
"""What a program in Python does with Veerpont: refer a child under a grant, and take in what others send.

  consumer.py HOME CREDENTIAL_FILE refer DOCUMENT GRANT_ID
  consumer.py HOME CREDENTIAL_FILE receive      (VEERPONT_WORKER says who reads)
"""
import json
import os
import sys

import veerpont


def main(words: list[str]) -> int:
    if not (len(words) == 5 and words[2] == "refer") and not (len(words) == 3 and words[2] == "receive"):
        print(__doc__, file=sys.stderr)
        return 2
    try:
        with veerpont.Client(words[0], words[1]) as client:
            if words[2] == "refer":
                with open(words[3], encoding="utf-8") as file:
                    sent = client.call("referrals.create", {"referral": json.load(file), "grantId": words[4]})
                print(sent["referralId"], sent["messageId"], "is event", sent["logIndex"])
                return 0
            client.call("sync")
            for row in client.call("inbox.list")["messages"]:
                opened = client.call("messages.open", {
                    "messageId": row["messageId"], "actor": {"person": os.environ.get("VEERPONT_WORKER", "")}})
                print(row["referralId"], json.dumps(opened["document"], ensure_ascii=False))
            return 0
    except veerpont.Refused as refused:
        print(refused, file=sys.stderr)
        return refused.exit


sys.exit(main(sys.argv[1:]))
