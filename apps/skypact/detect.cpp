// skypact detect FILE: conflicts between all pairs of aircraft in a table, for researchers.

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <iterator>
#include <memory>
#include <string>
#include <thread>

#include "aircraft_csv.h"
#include "base/input_file.h"
#include "base/parallel.h"
#include "base/text.h"
#include "commands.h"
#include "guard/conflict.h"
#include "json/writer.h"

namespace skypact::app {
namespace {

constexpr std::size_t largest_input = std::size_t{4} << 30;  // bytes
constexpr unsigned most_threads = 256;

struct Arguments {
  std::string file = "-";
  std::string horizontal = "5nm", vertical = "1000ft", look_ahead = "300s", format = "csv";
  unsigned threads = 1;
  bool brute_force = false, json = false;
};

// A conflict as it is printed: everything rounded to what is shown, by integers.
struct Row {
  std::int64_t t_in_ms, t_out_ms, t_cpa_ms, horizontal_e4_nm, vertical_e1_ft;
  std::uint32_t a, b;  // ids[a] < ids[b]
};

std::int64_t to_ms(Duration d) { return (d.count() + 500'000) / 1'000'000; }

std::vector<Row> rows_of(const std::vector<guard::Conflict>& conflicts, const std::vector<std::string>& ids) {
  std::vector<Row> rows;
  rows.reserve(conflicts.size());
  for (const guard::Conflict& c : conflicts) {
    const bool swap = ids[c.b] < ids[c.a];
    rows.push_back({to_ms(c.t_in), to_ms(c.t_out), to_ms(c.t_cpa),
                    static_cast<std::int64_t>(c.horizontal_at_cpa.in(nautical_miles) * 1e4 + 0.5),
                    (std::int64_t{c.vertical_at_cpa.in_tenth_mm()} * 10 + 1524) / 3048, swap ? c.b : c.a, swap ? c.a : c.b});
  }
  std::sort(rows.begin(), rows.end(), [&](const Row& x, const Row& y) {
    if (x.t_in_ms != y.t_in_ms) return x.t_in_ms < y.t_in_ms;
    if (x.a != y.a) return ids[x.a] < ids[y.a];
    return ids[x.b] < ids[y.b];
  });
  return rows;
}

std::string json_string(const std::string& text) {
  std::string out;
  json::append_string(out, text);
  return out;
}

// As it is, or in quotes where a reader of CSV would stumble (RFC 4180).
std::string csv_field(const std::string& text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string out = "\"";
  for (const char c : text) out += c == '"' ? "\"\"" : std::string(1, c);
  return out + '"';
}

void print(const std::vector<Row>& rows, const std::vector<std::string>& ids, bool json) {
  fmt::memory_buffer out;
  const auto flush = [&out] {
    std::fwrite(out.data(), 1, out.size(), stdout);
    out.clear();
  };
  if (!json) fmt::format_to(std::back_inserter(out), "id_a,id_b,t_in_s,t_out_s,t_cpa_s,horizontal_at_cpa_nm,vertical_at_cpa_ft\n");
  for (const Row& r : rows) {
    const char* form = json ? "{{\"id_a\":{},\"id_b\":{},\"t_in_s\":{}.{:03},\"t_out_s\":{}.{:03},\"t_cpa_s\":{}.{:03},"
                              "\"horizontal_at_cpa_nm\":{}.{:04},\"vertical_at_cpa_ft\":{}.{}}}\n"
                            : "{},{},{}.{:03},{}.{:03},{}.{:03},{}.{:04},{}.{}\n";
    fmt::format_to(std::back_inserter(out), fmt::runtime(form), json ? json_string(ids[r.a]) : csv_field(ids[r.a]),
                   json ? json_string(ids[r.b]) : csv_field(ids[r.b]), r.t_in_ms / 1000, r.t_in_ms % 1000, r.t_out_ms / 1000,
                   r.t_out_ms % 1000, r.t_cpa_ms / 1000, r.t_cpa_ms % 1000, r.horizontal_e4_nm / 10000,
                   r.horizontal_e4_nm % 10000, r.vertical_e1_ft / 10, r.vertical_e1_ft % 10);
    if (out.size() > (1 << 20)) flush();
  }
  flush();
}

Result<guard::DetectOptions> options_of(const Arguments& arguments) {
  guard::DetectOptions options;
  options.brute_force = arguments.brute_force;
  const auto horizontal = parse_length(arguments.horizontal);
  if (!horizontal) return Error{ErrorCode::usage, "--horizontal: " + horizontal.error().message};
  if (*horizontal > guard::greatest_horizontal_minimum) return Error{ErrorCode::usage, "--horizontal: at most 500nm"};
  const auto vertical = parse_height(arguments.vertical);
  if (!vertical) return Error{ErrorCode::usage, "--vertical: " + vertical.error().message};
  const auto look_ahead = parse_duration(arguments.look_ahead);
  if (!look_ahead) return Error{ErrorCode::usage, "--look-ahead: " + look_ahead.error().message};
  if (*look_ahead < Duration::zero() || *look_ahead > guard::longest_look_ahead) {
    return Error{ErrorCode::usage, "--look-ahead: from 0s to 1h"};
  }
  options.minima = {*horizontal, *vertical};
  options.look_ahead = *look_ahead;
  return options;
}

int run(const Arguments& arguments) {
  const auto options = options_of(arguments);
  if (!options) return fail("detect", options.error());
  const bool terminal = isatty(STDERR_FILENO) == 1;
  const std::string name = arguments.file == "-" ? "standard input" : arguments.file;
  const auto text = read_whole(arguments.file, largest_input);
  if (!text) return fail("detect", text.error());
  const auto table = parse_aircraft(*text, name);
  if (!table) return fail("detect", table.error());
  if (terminal) std::fprintf(stderr, "%zu aircraft read, searching …\n", table->motions.size());
  ThreadPool pool(arguments.threads);
  const auto conflicts = guard::detect(table->motions, *options, pool.parallel_for());
  if (!conflicts) return fail("detect", conflicts.error());
  if (terminal) std::fprintf(stderr, "%zu conflicts\n", conflicts->size());
  print(rows_of(*conflicts, table->ids), table->ids, arguments.json || arguments.format == "json");
  return Exit::done;
}

}  // namespace

void add_detect(CLI::App& app, int& status) {
  auto arguments = std::make_shared<Arguments>();
  CLI::App* command = app.add_subcommand("detect", "Find the conflicts between all pairs of aircraft in a CSV table");
  command->add_option("FILE", arguments->file,
                      "Table with the columns id,lat_deg,lon_deg,altitude_ft,ground_speed_kt,track_deg,vertical_rate_fpm, compressed with gzip "
                      "or not; \"-\" or nothing: standard input")
      ->capture_default_str();
  command->add_option("--horizontal", arguments->horizontal, "Horizontal minimum")->capture_default_str();
  command->add_option("--vertical", arguments->vertical, "Vertical minimum")->capture_default_str();
  command->add_option("--look-ahead", arguments->look_ahead, "How far to look ahead")->capture_default_str();
  command->add_option("--threads", arguments->threads, "Threads")->check(CLI::Range(1u, most_threads))->capture_default_str();
  command->add_flag("--brute-force", arguments->brute_force, "Decide every pair; slow, for comparison");
  command->add_option("--format", arguments->format, "csv, or json: one object per line")
      ->check(CLI::IsMember({"csv", "json"}))
      ->capture_default_str();
  command->add_flag("--json", arguments->json, "The same as --format json");
  command->footer("Example: skypact simulate --aircraft 10000 --region=35,-10,60,30 | skypact detect");
  command->callback([arguments, &status] { status = run(*arguments); });
}

}  // namespace skypact::app
