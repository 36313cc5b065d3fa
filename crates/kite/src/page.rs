//! The page a browser is sent to when a program wants somebody to sign in, and where it goes afterwards.

use crate::fields::Fields;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use std::fmt::Write;

/// What may not stand in HTML as it is.
fn plain(text: &str) -> String {
    text.chars().fold(String::new(), |mut out, c| {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            other => out.push(other),
        }
        out
    })
}

/// What may not stand in a query as it is.
fn escape(text: &str) -> String {
    text.bytes().fold(String::new(), |mut out, b| {
        if b.is_ascii_alphanumeric() || b"-_.~".contains(&b) {
            out.push(char::from(b));
        } else {
            // Writing to a string does not fail.
            let _ = write!(out, "%{b:02X}");
        }
        out
    })
}

/// Nothing of it is kept by a browser, framed by another page, or runs.
const HEADERS: [(header::HeaderName, &str); 4] = [
    (header::CONTENT_TYPE, "text/html; charset=utf-8"),
    (header::CACHE_CONTROL, "no-store"),
    (header::CONTENT_SECURITY_POLICY, "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"),
    (header::REFERRER_POLICY, "no-referrer"),
];

/// The form, with what went wrong before.
pub fn form(fields: &Fields, wrong: &str) -> Response {
    let hidden = |name: &str| {
        let text = plain(fields.get(name).unwrap_or_default());
        format!(r#"<input type="hidden" name="{name}" value="{text}">"#)
    };
    let input = |name: &str, kind: &str, label: &str, hint: &str| {
        format!(r#"<p><label for="{name}">{label}</label><br><input id="{name}" name="{name}" type="{kind}" autocomplete="{hint}" required></p>"#)
    };
    let wrong = if wrong.is_empty() { String::new() } else { format!(r#"<p role="alert">{}</p>"#, plain(wrong)) };
    let body = format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">\
         <title>Sign in</title><style>body{{font:1rem sans-serif;max-width:22rem;margin:3rem auto}}input{{font:inherit}}</style>\
         <h1>Sign in</h1><p>The program <b>{}</b> asks to trade for you.</p>{wrong}\
         <form method=\"post\" action=\"/connect/login\">{}{}<input type=\"hidden\" name=\"page\" value=\"1\">{}{}{}<p><button>Sign in</button></p></form></html>",
        plain(fields.get("api_key").unwrap_or_default()),
        hidden("api_key"),
        hidden("redirect_params"),
        input("user_id", "text", "User id", "username"),
        input("password", "password", "Password", "current-password"),
        input("totp", "text", "Code of your device", "one-time-code"),
    );
    let status = if wrong.is_empty() { StatusCode::OK } else { StatusCode::FORBIDDEN };
    (status, HEADERS, body).into_response()
}

/// To the program's own address, with the token it may exchange.
pub fn back(redirect: &str, token: &str, fields: &Fields) -> Response {
    let sign = if redirect.contains('?') { '&' } else { '?' };
    let mut to = format!("{redirect}{sign}action=login&status=success&request_token={}", escape(token));
    // Pairs of its own that the program wants back.
    for pair in fields.get("redirect_params").unwrap_or_default().split('&') {
        if let Some((name, value)) = pair.split_once('=') {
            let _ = write!(to, "&{}={}", escape(name), escape(value));
        }
    }
    (StatusCode::FOUND, [(header::LOCATION, to), (header::CACHE_CONTROL, "no-store".to_owned())]).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_somebody_sent_is_text_and_nothing_else() {
        assert_eq!(plain(r#"<b a="1">&'"#), "&lt;b a=&quot;1&quot;&gt;&amp;&#39;");
        assert_eq!(escape("a b\r\n&=é"), "a%20b%0D%0A%26%3D%C3%A9");
        let fields = Fields::parse(b"redirect_params=a%3D1%26b%3Dx%0D%0Ay").unwrap();
        let to = back("http://app/?x=1", "T", &fields);
        assert_eq!(to.headers()[header::LOCATION], "http://app/?x=1&action=login&status=success&request_token=T&a=1&b=x%0D%0Ay");
    }
}
