#pragma once
// The subcommands of the one binary. Each lives in a file of its own, adds itself with its options, and
// sets `status` when it ran.
//
// Exit status (docs: `skypact --help`): 0 done, 1 a negative verdict, 2 usage, 3 bad input, 4 node
// unreachable, 5 our fault, or the output cannot be written. Counted bad frames stay 0.

#include <string>

#include "base/result.h"

namespace CLI {
class App;
}

namespace skypact::app {

enum Exit : int { done = 0, negative_verdict = 1, usage = 2, bad_input_given = 3, node_unreachable = 4, our_fault = 5 };

[[nodiscard]] int exit_status(ErrorCode code);
// Prints "skypact COMMAND: message" on stderr and returns the exit status that belongs to it.
int fail(const std::string& command, const Error& error);
// What a full disk is called. main() reports it for every command that ended well; one that may print for long asks sooner.
[[nodiscard]] Error output_failed();

void add_account(CLI::App& app, int& status);
void add_alert(CLI::App& app, int& status);
void add_ask(CLI::App& app, int& status);
void add_backup(CLI::App& app, int& status);
void add_completion(CLI::App& app, int& status);
void add_detect(CLI::App& app, int& status);
void add_evaluate(CLI::App& app, int& status);
void add_key(CLI::App& app, int& status);
void add_ledger(CLI::App& app, int& status);
void add_line(CLI::App& app, int& status);
void add_notice(CLI::App& app, int& status);
void add_request(CLI::App& app, int& status);
void add_plan(CLI::App& app, int& status);
void add_distress(CLI::App& app, int& status);
void add_pact(CLI::App& app, int& status);
void add_setup(CLI::App& app, int& status);
void add_simulate(CLI::App& app, int& status);
void add_replay(CLI::App& app, int& status);
void add_demo(CLI::App& app, int& status);
void add_config(CLI::App& app, int& status);
void add_decode(CLI::App& app, int& status);
void add_serve(CLI::App& app, int& status);
void add_token(CLI::App& app, int& status);
void add_verdict(CLI::App& app, int& status);

}  // namespace skypact::app
