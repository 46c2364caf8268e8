// One row for every kind of event, and every kind with words for a person.
#include "audit/event_table.h"

#include <gtest/gtest.h>

#include "veerpont/v1/labels.pb.h"

namespace veerpont::audit {
namespace {

TEST(EventTable, HasOneRowForEveryKindInTheOrderOfTheirNumbers) {
  const auto* kinds = v1::EventKind_descriptor();
  ASSERT_EQ(event_table().size(), static_cast<std::size_t>(kinds->value_count()));
  for (int i = 0; i < kinds->value_count(); ++i) {
    EXPECT_EQ(kinds->value(i)->number(), i);
    EXPECT_EQ(event_table()[static_cast<std::size_t>(i)].kind, i) << kinds->value(i)->name();
    if (i == 0) continue;
    EXPECT_FALSE(kinds->value(i)->options().GetExtension(v1::label_nl).empty()) << i;
    EXPECT_FALSE(kinds->value(i)->options().GetExtension(v1::label_en).empty()) << i;
  }
}

TEST(EventTable, WhatAParticipantSignedIsKeptAndOnlyThatRemembersItsOperation) {
  for (const EventRow& row : event_table()) {
    if (row.signed_type) {
      EXPECT_EQ(row.author, Author::participant) << row.kind;
      EXPECT_TRUE(row.keeps_object && row.said != nullptr && row.signing_key != nullptr)
          << row.kind;
    } else {
      EXPECT_FALSE(row.keeps_operation || row.takes_retired_keys) << row.kind;
    }
    EXPECT_FALSE(row.changes_nothing && (row.is_public || row.keeps_object)) << row.kind;
  }
}

TEST(EventTable, OfAKindThatIsNotKnownNothingIsPublicAndNobodySigned) {
  for (const int number : {-1, 0, 28, 4'000}) {
    const EventRow& row = row_of(static_cast<v1::EventKind>(number));
    EXPECT_FALSE(row.is_public || row.signed_type || row.keeps_object || row.changes_nothing);
  }
}

}  // namespace
}  // namespace veerpont::audit
