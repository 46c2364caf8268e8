#include <boost/beast/core/buffers_to_string.hpp>
#include <boost/beast/http.hpp>

#include "broker/sessions/http_routes.h"
#include "fuzz/targets.h"
#include "tests/fakes/memory_parts.h"

namespace veerpont::fuzz {

// Read as the listener reads it, answered as it is answered.
void http_request(std::string_view bytes) {
  namespace http = boost::beast::http;
  static fakes::MemoryBroker memory(time_from_ms(1'795'000'000'000));
  static const fakes::Party shelter(memory, "de-binnenvest", OrgKind::shelter);
  http::request_parser<http::string_body> parser;
  parser.header_limit(8192);
  parser.body_limit(64u << 10);
  parser.eager(true);
  boost::system::error_code failed;
  std::size_t used = 0;
  while (!failed && !parser.is_done() && used < bytes.size()) {
    const std::size_t taken =
        parser.put(boost::asio::buffer(bytes.data() + used, bytes.size() - used), failed);
    if (taken == 0) break;
    used += taken;
  }
  if (failed || !parser.is_done()) return;
  const auto& request = parser.get();
  const net::HttpRequest wanted{std::string(request.method_string()), std::string(request.target()),
                                request.body()};
  const net::HttpAnswer answer = broker::answer_public(*memory.broker, wanted);
  require(answer.status == 200 || answer.status == 400 || answer.status == 404 ||
              answer.status == 405 || answer.status == 503,
          "a status that is ours");
  require(answer.body.size() <= 256u * 34u || wanted.target == "/enrol", "answers are small");
  if (answer.status != 200)
    require(wanted.target.size() < 8 || answer.body.find(wanted.target) == std::string::npos,
            "an error echoes nothing");
}

}  // namespace veerpont::fuzz
