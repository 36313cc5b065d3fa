//! The terminal in a browser, against the program that is open.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

const TEST: &str = "a_browser_goes_through_its_day";
const BROWSERS: [&str; 2] = ["/usr/bin/chromium", "/usr/bin/chromium-browser"];

/// Killed with whatever becomes of the test.
struct Open(Child);

impl Drop for Open {
    fn drop(&mut self) {
        // It may be gone already.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn run(program: &str, args: &[&str], dir: &Path) -> Result<String, String> {
    let done = Command::new(program).args(args).current_dir(dir).output().map_err(|e| format!("{program}: {e}"))?;
    let said = format!("{}{}", String::from_utf8_lossy(&done.stdout), String::from_utf8_lossy(&done.stderr));
    if done.status.success() { Ok(said) } else { Err(said) }
}

/// The folder with the script and what it needs, made once.
fn tools() -> Result<PathBuf, String> {
    let ui = Path::new(env!("CARGO_MANIFEST_DIR")).join("../web/ui");
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/clients/terminal");
    std::fs::create_dir_all(&dir).map_err(|e| e.to_string())?;
    for name in ["e2e.mjs", "package.json", "package-lock.json"] {
        std::fs::copy(ui.join(name), dir.join(name)).map_err(|e| e.to_string())?;
    }
    if !dir.join("node_modules/playwright-core").exists() {
        run("npm", &["ci", "--silent", "--no-fund", "--no-audit"], &dir)?;
    }
    Ok(dir)
}

fn opened(dir: &Path) -> Open {
    let state = dir.display().to_string();
    let args = ["serve", "--dir", &state, "--sandbox", "--kite-port", "0", "--web-port", "0"];
    let child = Command::new(env!("CARGO_BIN_EXE_sauda")).args(args).stdout(Stdio::null()).spawn().expect("it starts");
    let open = Open(child);
    let begun = Instant::now();
    while !dir.join("demo.json").exists() {
        assert!(begun.elapsed() < Duration::from_secs(120), "it never opened");
        std::thread::sleep(Duration::from_millis(100));
    }
    open
}

#[test]
fn a_browser_goes_through_its_day() {
    let Some(browser) = BROWSERS.into_iter().find(|at| Path::new(at).exists()) else {
        return reference::skip(TEST, "there is no Chromium: apt-get install chromium");
    };
    let tools = match tools() {
        Ok(tools) => tools,
        Err(why) => return reference::skip(TEST, &format!("npm does not give what drives it: {why}")),
    };
    let dir = std::env::temp_dir().join(format!("sauda-terminal-{}", std::process::id()));
    let open = opened(&dir);
    let screens = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/screens").display().to_string();
    let (demo, process) = (dir.join("demo.json").display().to_string(), open.0.id().to_string());
    let done = run("node", &["e2e.mjs", &demo, &screens, browser, &process], &tools);
    let said = done.unwrap_or_else(|said| panic!("{said}"));
    assert!(said.contains("the terminal goes through its day"), "{said}");
    drop(open);
    std::fs::remove_dir_all(&dir).expect("its folder is ours");
}
