//! What a sandbox gives away: addresses, a program's key and its secret, and what its people sign in with. A program can start from
//! `demo.json` alone. Nothing of the kind exists outside a sandbox.

use access::{Ask, Factor, Proof};
use door::{Cost, first_password, mint, totp, verifier};
use firm::{Command, Role};
use live::Counter;
use serde_json::{Value, json};
use std::fs;
use std::io::Write;
use std::net::{Ipv4Addr, Ipv6Addr};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use vocab::{AppNo, Code, SecretRef, UserRow};

pub const FILE: &str = "demo.json";
const API_KEY: &str = "saudasandbox";
/// Who issues the others' passwords, and who issues his.
const PRINCIPAL: UserRow = UserRow(0);
const SECOND: UserRow = UserRow(1);
/// People of the house who sign in, beside the guests.
const STAFF: [&str; 5] = ["PRINCIPAL", "SECOND", "OPS1", "RISK1", "DEALER1"];

/// Whom a sandbox lets in.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Demo {
    pub api_secret: String,
    pub people: Vec<Person>,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Person {
    pub role: String,
    pub id: String,
    pub password: String,
    /// As devices take it, in base 32.
    pub totp_secret: String,
}

/// Where it is reached.
pub struct Roots {
    pub kite: String,
    pub ws: String,
    pub web: String,
}

const fn word(role: Role) -> &'static str {
    match role {
        Role::Principal => "principal",
        Role::Operations => "operations",
        Role::Risk => "risk",
        Role::Dealer => "dealer",
        Role::Client => "client",
        Role::Branch => "branch",
        Role::Compliance => "compliance",
        Role::Auditor => "auditor",
        Role::Inspector => "inspector",
        Role::Administrator => "administrator",
    }
}

/// What was given away when the state was begun; none where the file is not there.
///
/// # Errors
/// When it cannot be read or was changed.
pub fn read(dir: &Path) -> Result<Option<Demo>, String> {
    let path = dir.join(FILE);
    let text = match fs::read_to_string(&path) {
        Ok(text) => text,
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(e) => return Err(format!("{}: {e}", path.display())),
    };
    let bad = || format!("{}: is not what was written there; take it away, and everybody is given a new password", path.display());
    let it: Value = serde_json::from_str(&text).map_err(|_| bad())?;
    let field = |of: &Value, name: &str| of[name].as_str().map(str::to_owned).ok_or_else(bad);
    let person = |of: &Value| {
        let (role, id) = (field(of, "role")?, field(of, "id")?);
        Ok(Person { role, id, password: field(of, "password")?, totp_secret: field(of, "totp_secret")? })
    };
    let people = it["users"].as_array().ok_or_else(bad)?.iter().map(person).collect::<Result<_, String>>()?;
    Ok(Some(Demo { api_secret: field(&it, "api_secret")?, people }))
}

/// Write it for programs, for its owner's eyes alone.
///
/// # Errors
/// When the disk refuses.
pub fn write(dir: &Path, demo: &Demo, roots: &Roots) -> std::io::Result<()> {
    let users: Vec<Value> = demo.people.iter().map(|it| {
        json!({ "role": it.role, "id": it.id, "password": it.password, "totp_secret": it.totp_secret })
    }).collect();
    let it = json!({
        "kite_root": roots.kite, "ws_root": roots.ws, "web_root": roots.web, "api_key": API_KEY, "api_secret": demo.api_secret, "users": users,
    });
    let fresh = dir.join("demo.json.new");
    let mut file = fs::OpenOptions::new().create(true).write(true).truncate(true).mode(0o600).open(&fresh)?;
    writeln!(file, "{it:#}")?;
    file.sync_all()?;
    fs::rename(fresh, dir.join(FILE))
}

async fn ask(counter: &Counter, by: UserRow, it: Ask) -> Result<(), String> {
    let answered = counter.ask(by, Command::Access(it)).await.map_err(|e| e.to_string())?;
    answered.refused.map_or(Ok(()), |refusal| Err(refusal.to_string()))
}

async fn keep(counter: &Counter, secret: &[u8]) -> Result<SecretRef, String> {
    let kept = counter.keep_secret(0, secret).await.map_err(|e| e.to_string())?;
    kept.map_err(|e| e.to_string())
}

/// A first password that is changed at once for another, as its owner would, and a device that shows codes.
async fn let_in(counter: &Counter, user: UserRow, role: Role, id: &str) -> Result<Person, String> {
    let mut password = String::new();
    let proof = Proof { factor: Factor::Password, right: true, step: 0 };
    for issued in [true, false] {
        password = first_password().map_err(|e| e.to_string())?;
        let text = password.clone();
        let made = tokio::task::spawn_blocking(move || verifier(&text, Cost::USUAL)).await.map_err(|e| e.to_string())?;
        let verifier = keep(counter, made.map_err(|e| e.to_string())?.as_bytes()).await?;
        let by = if user == PRINCIPAL { SECOND } else { PRINCIPAL };
        match issued {
            true => ask(counter, by, Ask::Issue { user, verifier }).await?,
            false => ask(counter, user, Ask::ChangePassword { proof, verifier }).await?,
        }
    }
    let seed = totp::secret().map_err(|e| e.to_string())?;
    let secret = keep(counter, &seed).await?;
    let first = Proof { factor: Factor::Totp, right: true, step: 1 };
    ask(counter, user, Ask::Enrol { proof, factor: Factor::Totp, secret, first }).await?;
    let uri = totp::uri(&seed, "Sauda", id);
    let totp_secret = uri.split("secret=").nth(1).and_then(|rest| rest.split('&').next()).unwrap_or_default().to_owned();
    Ok(Person { role: word(role).to_owned(), id: id.to_owned(), password, totp_secret })
}

/// Let the people of the sandbox in, and a program of its first guest that all of them may use.
///
/// # Errors
/// What the firm, the vault or the system says against it.
pub async fn begin(counter: &Counter, guests: u32) -> Result<Demo, String> {
    let names = STAFF.map(str::to_owned).into_iter().chain((1..=guests).map(|n| format!("DEMO{n}")));
    let mut people = Vec::new();
    let mut owner = None;
    for name in names {
        let code = Code::parse(&name).map_err(|e| e.to_string())?;
        let found = counter.look(move |room| {
            let user = room.firm.users.by_code(&code)?;
            room.firm.users.get(user).map(|it| (user, it.role))
        });
        let (user, role) = found.await.map_err(|e| e.to_string())?.ok_or_else(|| format!("there is no user {name}"))?;
        if role == Role::Client {
            owner = owner.or(Some(user));
        }
        people.push(let_in(counter, user, role, &name).await?);
    }
    let (secret, _) = mint().map_err(|e| e.to_string())?;
    let api_secret = secret.text().to_owned();
    if let Some(owner) = owner {
        program(counter, owner, &api_secret).await?;
    }
    Ok(Demo { api_secret, people })
}

/// The program, used from this machine.
async fn program(counter: &Counter, owner: UserRow, api_secret: &str) -> Result<(), String> {
    let secret = keep(counter, api_secret.as_bytes()).await?;
    let app: AppNo = counter.look(|room| room.firm.access.next_app()).await.map_err(|e| e.to_string())?;
    let code = Code::parse(API_KEY).map_err(|e| e.to_string())?;
    ask(counter, owner, Ask::RegisterApp { code, secret, redirect: "http://127.0.0.1/".into(), postback: "".into() }).await?;
    for source in [Ipv4Addr::LOCALHOST.to_ipv6_mapped().octets(), Ipv6Addr::LOCALHOST.octets()] {
        ask(counter, owner, Ask::RegisterAddress { app, source }).await?;
    }
    Ok(())
}

/// What is printed once.
pub fn told(demo: &Demo, roots: &Roots) -> String {
    let mut out = format!("terminal         {}\n", roots.web);
    out += &format!("Kite-shaped API  {}   stream {}\napi key          {API_KEY}   secret {}\n", roots.kite, roots.ws, demo.api_secret);
    for Person { role, id, password, totp_secret } in &demo.people {
        out += &format!("{role:<16} {id:<10} password {password}   code device {totp_secret}\n");
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_back_and_is_its_owners_alone() {
        let dir = std::env::temp_dir().join(format!("sauda-demo-{}", std::process::id()));
        fs::create_dir_all(&dir).expect("a folder");
        assert_eq!(read(&dir), Ok(None));
        let person = Person { role: "client".into(), id: "DEMO1".into(), password: "a\"b".into(), totp_secret: "ABC".into() };
        let demo = Demo { api_secret: "s".into(), people: vec![person] };
        let roots = Roots { kite: "http://127.0.0.1:1".into(), ws: "ws://127.0.0.1:1".into(), web: String::new() };
        write(&dir, &demo, &roots).expect("written");
        assert_eq!(read(&dir), Ok(Some(demo)));
        let mode = std::os::unix::fs::PermissionsExt::mode(&fs::metadata(dir.join(FILE)).expect("a file").permissions());
        assert_eq!(mode & 0o777, 0o600);
        fs::write(dir.join(FILE), "{}").expect("written");
        assert!(read(&dir).is_err(), "what was changed is not taken for what was written");
        fs::remove_dir_all(&dir).expect("its folder");
    }
}
