#pragma once
// The commands of "skypact pact", by what they work on. Each adds itself to the group with its options, as those of commands.h do.

namespace CLI {
class App;
}

namespace skypact::app {

void add_pact_dry_run(CLI::App& pact, int& status); // dry-run: a draft on a recording
void add_pact_in_force(CLI::App& pact, int& status); // in-force: which version held, with proofs, from a record
void add_pact_terms(CLI::App& pact, int& status);   // new, check, show, diff, card: of a document, without a node
void add_pact_statements(CLI::App& pact, int& status);   // propose … terminate, post, status, verify: what parties state

}  // namespace skypact::app
