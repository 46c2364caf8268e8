// Text as a reader sees it, for looking in: the same letters whatever code points wrote them
// (Unicode NFKC, UTS #39 skeletons).
#pragma once

#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

namespace veerpont::sdk {

// NFKC, without what cannot be seen; letters and digits that look like Latin ones are those;
// spaces, dashes, apostrophes, slashes and dots are the ASCII ones. Line ends stay.
std::string as_it_looks(std::string_view text);

// Letters without what stands over or under them.
std::string without_accents(std::string_view text);
// `text` of as_it_looks(), on one line with single spaces.
std::string on_one_line(std::string_view text);
// Punctuation that people write for a space is one: "2312/AB", "Lange-Mare-12", "Hoofdstraat, 12".
// `line` of on_one_line().
std::string spaced(std::string_view line);
// Letters that stand for a digit beside digits are that digit: "O6 l2345678".
std::string with_digits(std::string_view line);

// Phrases to look for without case, accents and separators. A phrase begins and ends where a word
// does.
class Phrases {
 public:
  // Phrases without a letter or digit are left out.
  explicit Phrases(const std::vector<std::string>& phrases);
  // Linear in `text` times the longest phrase.
  bool any(std::string_view text) const;

 private:
  std::unordered_set<std::string> folded_;
  std::size_t longest_ = 0;  // bytes
};

// Folded as Phrases fold: two names that differ in case, accents or separators alone are the same.
std::string folded(std::string_view text);

}  // namespace veerpont::sdk
