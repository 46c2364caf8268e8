// Before sealing: does a document say where somebody can be found, or what nobody asked to share?
// Patterns run in linear time (RE2), on hostile text too. A finding names field and kind, never the
// text. Not promised: that nothing else leads to an address. It is a last look, not a judgement.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "schemas/finding.h"
#include "veerpont/v1/documents.pb.h"

namespace veerpont::sdk {

class LeakGuard {
 public:
  // `secret_words`: the organisation's own: names of the house, its street, its lines. Kept
  // locally.
  explicit LeakGuard(const std::vector<std::string>& secret_words = {});
  // False when the words cannot be looked for: they are not UTF-8, or far too many.
  bool usable() const;
  ~LeakGuard();
  LeakGuard(LeakGuard&&) noexcept;

  // Each kind once, in the order of the schema.
  std::vector<LeakKind> in_free_text(std::string_view text) const;
  // A field made for contacts or names: nothing of the organisation's own belongs there either.
  std::vector<LeakKind> in_typed_field(std::string_view text) const;
  // What reads as a person's name; only an anonymous consult must not have any.
  bool has_name(std::string_view text) const;

 private:
  struct Words;
  std::unique_ptr<const Words> words_;
};

struct GuardContext {
  bool secret_address = false;  // a hit that leads to a place blocks; else it asks for a reason
  bool anonymous = false;       // every hit blocks, and names do
  std::vector<std::string> siblings =
      {};  // names of other children, who have a referral of their own
};

// Lines of a file of secret words; "#" begins a comment.
std::vector<std::string> secret_words_in(std::string_view text);
// A municipality's CBS code among them stands for its name: where the house is, is secret by
// itself. The code is not, since it may be the responsible municipality's too.
std::vector<std::string> with_municipality_names(std::vector<std::string> words);

// Every free-text field of a document, each with its JSON pointer below `base`.
std::vector<Finding> guard(const google::protobuf::Message& document, const std::string& base,
                           const LeakGuard& leaks, const GuardContext& context);

}  // namespace veerpont::sdk
