#include "client_sdk/dossier/access_log.h"

#include "client_sdk/dossier/sealed_database.h"

namespace veerpont::sdk {

void AccessLog::add(const std::string& operation, const std::string& worker, Time when) {
  db_.run("INSERT INTO access_log VALUES (?, ?, ?)", Blob{operation},
          Blob{db_.seal("access_log.worker", operation, worker)}, when);
}

}  // namespace veerpont::sdk
