//! Errands that another program of the workspace does; cargo is called as a person would.

use std::path::Path;
use std::process::Command;

/// Runs the scenarios, which write down what happened as what is expected. Read the difference.
pub fn bless(root: &Path) -> Result<bool, String> {
    cargo(root, &["test", "-p", "firm", "--test", "scenarios"], &[], Some(("BLESS", "1")))
}

/// Runs the fault simulator with the profile of the tests, so that nothing is built twice.
pub fn sim(root: &Path, arguments: &[String]) -> Result<bool, String> {
    cargo(root, &["run", "--quiet", "-p", "sim", "--"], arguments, None)
}

/// Plays one trading day and prints its journal, books and notes.
pub fn day(root: &Path, arguments: &[String]) -> Result<bool, String> {
    cargo(root, &["run", "--quiet", "-p", "sauda", "--", "day"], arguments, None)
}

/// Asks the C library for large pages: the path of an order looks into six tables of as many rows as there are
/// clients, and with small pages its p99 was about a third longer. Read by glibc only.
const LARGE_PAGES: (&str, &str) = ("GLIBC_TUNABLES", "glibc.malloc.hugetlb=1");

/// Runs the benchmarks, a workspace of their own so that their peers never reach ours. Run from the root, so that
/// a folder named in the arguments is the one the caller means.
pub fn bench(root: &Path, arguments: &[String]) -> Result<bool, String> {
    let manifest = "bench/Cargo.toml";
    if !root.join(manifest).is_file() {
        return Err(format!("bench: there is no {manifest}"));
    }
    cargo(root, &["run", "--release", "--manifest-path", manifest, "--"], arguments, Some(LARGE_PAGES))
}

fn cargo(folder: &Path, fixed: &[&str], arguments: &[String], set: Option<(&str, &str)>) -> Result<bool, String> {
    let mut command = Command::new(cargo_program());
    command.current_dir(folder).args(fixed).args(arguments).envs(set);
    let status = command.status().map_err(|e| format!("cargo {}: {e}", fixed.join(" ")))?;
    Ok(status.success())
}

/// The cargo that runs us, so that a pinned toolchain stays the one in use.
pub fn cargo_program() -> std::ffi::OsString {
    std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into())
}
