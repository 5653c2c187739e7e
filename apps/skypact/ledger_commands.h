#pragma once
// The part of `skypact ledger` that keeps ledgers: init, status, witness, export, import (ledger_keep.cpp).

#include <CLI/CLI.hpp>

namespace skypact::app {

void add_ledger_keeping(CLI::App& ledger, int& status);

}  // namespace skypact::app
