// Two people for an exception: who registered it, who confirmed it with a PIN of their own, and
// what the privacy officer found. Tables of the dossier; names, verifiers and notes are sealed
// under the storage key, and none of it travels. Not promised: that somebody who holds the home
// cannot make a second worker.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/ids.h"
#include "base/result.h"
#include "base/time.h"
#include "crypto/keystore.h"
#include "crypto/pin.h"
#include "schemas/codes.h"

namespace veerpont::sdk {

// A grant of ours that rests on an exception, until the privacy officer has looked at it and
// afterwards.
struct ExceptionRecord {
  // How the second professional showed who they are. `name`: before form 3, which asked for no PIN.
  enum class Method { name = 0, pin = 1, login = 2 };
  GrantId grant;
  Time registered;
  std::string registrar;  // empty: registered before form 3
  std::optional<Time> countersigned = {};
  Method method = Method::name;
  bool pin_after = false;  // the PIN was set after the registration
  std::optional<Time> reviewed = {};
  std::optional<LogIndex> index = {};                   // of its exception-reviewed event
  std::string review_body = {}, review_signature = {};  // the Review as it was signed first
};

struct ReviewFinding {
  GrantId grant;
  Time time;
  std::string person;
  ReviewVerdict verdict;
  std::string note;
};

struct WorkerRecord {
  std::string name;
  Time since;  // of the PIN
  std::optional<Time> locked_until;
};

class TwoPeople {
 public:
  virtual ~TwoPeople() = default;

  virtual void put_exception(const GrantId& grant, Time registered,
                             const std::string& registrar) = 0;
  virtual std::vector<ExceptionRecord> exceptions() = 0;
  virtual void countersign(const GrantId& grant, const std::string& worker, bool pin_after,
                           Time when) = 0;
  virtual void put_review(const GrantId& grant, const std::string& body,
                          const std::string& signature) = 0;
  virtual void set_reviewed(const GrantId& grant, Time when, LogIndex index) = 0;
  virtual void put_finding(const ReviewFinding& finding) = 0;
  virtual std::vector<ReviewFinding> findings() = 0;  // in the order in which they were said

  // Refuses invalid-input when somebody of that name is there.
  virtual Status add_worker(const std::string& name, const crypto::Pin& pin, Time now) = 0;
  // Refuses as confirm() does.
  virtual Status change_pin(const std::string& name, const crypto::Pin& old,
                            const crypto::Pin& fresh, Time now) = 0;
  // Refuses not-found.
  virtual Status remove_worker(const std::string& name) = 0;
  virtual std::vector<WorkerRecord> workers() = 0;
  virtual bool has_worker(const std::string& name) = 0;
  // Since when this PIN is theirs. Refuses not-found, pin-wrong, and pin-locked for 15 minutes
  // after the fifth wrong one; a try counts before it is looked at, so that tries at once are no
  // way around that.
  virtual Result<Time> confirm(const std::string& name, const crypto::Pin& pin, Time now) = 0;
};

// A name that somebody gives, of a person or of an operation: 1 to 100 bytes on one line, not all
// of them blank.
bool is_name(const std::string& text);
// Whether two names are those of one person: case, accents and spaces aside.
bool is_same_person(const std::string& one, const std::string& other);

// On the dossier's file, whose form opening the dossier has brought up to date.
std::unique_ptr<TwoPeople> open_two_people(const std::string& dossier,
                                           const crypto::Key32& storage_key);

}  // namespace veerpont::sdk
