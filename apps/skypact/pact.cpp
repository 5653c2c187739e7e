// skypact pact: agreements between parties.

#include <CLI/CLI.hpp>

#include "commands.h"
#include "pact_commands.h"

namespace skypact::app {

void add_pact(CLI::App& app, int& status) {
  CLI::App* pact = app.add_subcommand("pact", "Agreements between parties: write their terms, propose, answer and sign them, see how they stand");
  pact->require_subcommand(1);
  add_pact_terms(*pact, status);
  add_pact_statements(*pact, status);
  add_pact_dry_run(*pact, status);
  add_pact_in_force(*pact, status);
}

}  // namespace skypact::app
