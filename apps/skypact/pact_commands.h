#pragma once
// The commands of "skypact pact", by what they work on. Each adds itself to the group with its options, as those of commands.h do.

namespace CLI {
class App;
}

namespace skypact::app {

void add_pact_terms(CLI::App& pact, int& status);   // new, check, show, diff, card: of a document, without a node

}  // namespace skypact::app
