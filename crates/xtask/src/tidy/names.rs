//! A module, file, type or function is named by what it is in the trade, never by a drawer's label.

use super::Finding;
use crate::source::Source;
use crate::tree::Tree;

const DRAWERS: [&str; 10] =
    ["util", "utils", "helper", "helpers", "common", "commons", "manager", "managers", "service", "services"];

pub fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in tree.rust() {
        let names = file.path.trim_end_matches(".rs").split('/');
        for name in names.filter(|name| is_drawer(name)) {
            findings.push(Finding::new(&file.path, 0, "name", text(name)));
        }
        for (_, name, line) in
            Source::read(&file.text).named(&["fn", "struct", "enum", "trait", "type", "union", "mod"])
        {
            if is_drawer(name) {
                findings.push(Finding::new(&file.path, line, "name", text(name)));
            }
        }
    }
    findings
}

fn text(name: &str) -> String {
    format!("`{name}` says nothing: name it by its noun in the trade")
}

/// Service tax was a levy, so `service` is a word of the trade when `tax` follows it.
fn is_drawer(name: &str) -> bool {
    let parts = parts(name);
    parts.iter().enumerate().any(|(at, part)| {
        let levy = part == "service" && parts.get(at + 1).is_some_and(|next| next == "tax");
        DRAWERS.contains(&part.as_str()) && !levy
    })
}

/// `sub_brokerOf` is sub, broker, of.
fn parts(name: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    for c in name.chars() {
        if c.is_uppercase() || !c.is_alphanumeric() {
            parts.push(String::new());
        }
        if let (true, Some(last)) = (c.is_alphanumeric(), parts.last_mut()) {
            last.extend(c.to_lowercase());
        }
    }
    parts.retain(|part| !part.is_empty());
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(path: &str, text: &str) -> usize {
        check(&Tree::of(&[(path, text)])).len()
    }

    #[test]
    fn drawers_are_found_wherever_a_name_stands() {
        assert_eq!(
            found("crates/a/src/lib.rs", "fn order_utils() {} struct OrderManager; mod helpers {} trait Service {}"),
            4
        );
        assert_eq!(found("crates/a/src/common.rs", ""), 1);
        assert_eq!(found("crates/common/src/lib.rs", ""), 1);
    }

    #[test]
    fn words_of_the_trade_pass() {
        assert_eq!(
            found("crates/a/src/lib.rs", "fn service_tax() {} struct ServiceTax; fn serviced() {} // utils\n"),
            0
        );
    }
}
