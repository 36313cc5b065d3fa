//! The repository as texts in memory, so that a check runs on a fixture as it runs on the tree.

use std::fs;
use std::path::{Path, PathBuf};

/// One text file; `path` is relative to the root, with `/` between its parts.
pub struct TextFile {
    pub path: String,
    pub text: String,
}

/// Every text file of the repository, in order of path.
pub struct Tree {
    files: Vec<TextFile>,
}

impl Tree {
    /// Reads all text below `root`, leaving out what is built, fetched or kept by git.
    pub fn read(root: &Path) -> Result<Tree, String> {
        let mut files = Vec::new();
        for path in paths(root)? {
            let bytes = fs::read(root.join(&path)).map_err(|e| format!("reading {path}: {e}"))?;
            // What is not UTF-8 is a picture or an archive: nothing here judges it.
            if let Ok(text) = String::from_utf8(bytes) {
                files.push(TextFile { path, text });
            }
        }
        Ok(Tree { files })
    }

    pub fn files(&self) -> &[TextFile] {
        &self.files
    }

    /// The text of one file, if it is there.
    pub fn text(&self, path: &str) -> Option<&str> {
        self.files.iter().find(|f| f.path == path).map(|f| f.text.as_str())
    }

    /// Names of the folders directly below `crates/` that hold a manifest.
    pub fn crates(&self) -> Vec<&str> {
        self.files.iter().filter_map(|f| crate_of_manifest(&f.path)).collect()
    }

    /// Rust files of the workspace's crates.
    pub fn rust(&self) -> impl Iterator<Item = &TextFile> {
        self.files.iter().filter(|f| f.path.starts_with("crates/") && f.path.ends_with(".rs"))
    }

    #[cfg(test)]
    pub fn of(files: &[(&str, &str)]) -> Tree {
        let mut files: Vec<TextFile> =
            files.iter().map(|(p, t)| TextFile { path: (*p).to_string(), text: (*t).to_string() }).collect();
        files.sort_by(|a, b| a.path.cmp(&b.path));
        Tree { files }
    }
}

fn crate_of_manifest(path: &str) -> Option<&str> {
    let name = path.strip_prefix("crates/")?.strip_suffix("/Cargo.toml")?;
    (!name.contains('/')).then_some(name)
}

/// The crate that a path below `crates/` belongs to.
pub fn crate_of(path: &str) -> Option<&str> {
    path.strip_prefix("crates/")?.split_once('/').map(|(name, _)| name)
}

/// The folder with the workspace's manifest, looked for from the current folder upwards.
pub fn find_root() -> Result<PathBuf, String> {
    let here = std::env::current_dir().map_err(|e| format!("current folder: {e}"))?;
    here.ancestors()
        .find(|folder| folder.join("crates").is_dir() && folder.join("Cargo.toml").is_file())
        .map(Path::to_path_buf)
        .ok_or_else(|| format!("no workspace above {}", here.display()))
}

/// Paths of all files below `root` that belong to the repository, sorted.
pub fn paths(root: &Path) -> Result<Vec<String>, String> {
    let mut found = Vec::new();
    let mut open = vec![String::new()];
    while let Some(folder) = open.pop() {
        let listing = fs::read_dir(root.join(&folder)).map_err(|e| format!("listing {folder}: {e}"))?;
        for entry in listing {
            let entry = entry.map_err(|e| format!("listing {folder}: {e}"))?;
            let Ok(name) = entry.file_name().into_string() else { continue };
            let path = if folder.is_empty() { name.clone() } else { format!("{folder}/{name}") };
            let kind = entry.file_type().map_err(|e| format!("{path}: {e}"))?;
            if kind.is_dir() && !left_out(&name) {
                open.push(path);
            } else if kind.is_file() && name != ".git" {
                // A worktree's `.git` is a file that says where the repository lies.
                found.push(path);
            }
        }
    }
    found.sort();
    Ok(found)
}

fn left_out(folder: &str) -> bool {
    matches!(folder, "target" | "node_modules" | "STATE")
        || (folder.starts_with('.') && !matches!(folder, ".cargo" | ".github"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_git_keeps_is_passed_over_in_a_worktree_too() {
        let root = std::env::temp_dir().join(format!("sauda-tree-{}", std::process::id()));
        fs::create_dir_all(root.join("crates/.git")).unwrap();
        for file in [".git", ".gitignore", "crates/a.rs", "crates/.git/HEAD"] {
            fs::write(root.join(file), "").unwrap();
        }
        let found = paths(&root);
        fs::remove_dir_all(&root).unwrap();
        assert_eq!(found.unwrap(), [".gitignore", "crates/a.rs"]);
    }
}
