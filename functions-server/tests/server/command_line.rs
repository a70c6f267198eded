//! The program: its settings, its help, its sentences.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Command, Output, Stdio};

const SECRET: &str = "f00dfeedf00dfeedf00dfeedf00dfeed";
const REQUIRED: [(&str, &str); 5] = [
    ("TWILIO_ACCOUNT_SID", "AC00000000000000000000000000000001"),
    ("TWILIO_AUTH_TOKEN", SECRET),
    (
        "TWILIO_FLEX_WORKSPACE_SID",
        "WS00000000000000000000000000000001",
    ),
    (
        "TWILIO_FLEX_INTERNAL_CALL_WORKFLOW_SID",
        "WW00000000000000000000000000000001",
    ),
    ("BACKLINE_PUBLIC_URL", "https://calls.example"),
];
const OPTIONAL: [&str; 5] = [
    "BACKLINE_LISTEN",
    "BACKLINE_TASKROUTER_URL",
    "BACKLINE_API_URL",
    "BACKLINE_IAM_URL",
    "BACKLINE_REQUEST_TIMEOUT_MS",
];

/// Documentation's own (RFC 5737), and nobody's: what should have been refused ends there, and does not serve for ever.
const NOWHERE: &str = "192.0.2.1:8080";

/// The program with everything that it needs, and these changes; an empty value is none.
fn program(changes: &[(&str, &str)]) -> Command {
    let mut program = Command::new(env!("CARGO_BIN_EXE_backline-functions"));
    program
        .env_clear()
        .envs(REQUIRED)
        .env("BACKLINE_LISTEN", NOWHERE)
        .envs(changes.iter().copied());
    program
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

fn one_sentence(output: &Output, about: &str) {
    let said = text(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{about}: {said}");
    assert_eq!(text(&output.stdout), "", "{about}");
    assert_eq!(said.lines().count(), 1, "{about}: {said}");
    assert!(said.starts_with(&format!("{about} is ")), "{said}");
    assert!(said.ends_with(".\n"), "{said}");
}

#[test]
fn help_says_every_variable_and_no_value() {
    let output = program(&[]).arg("--help").output().unwrap();
    assert!(output.status.success());
    let help = text(&output.stdout);
    for name in REQUIRED.map(|(name, _)| name).into_iter().chain(OPTIONAL) {
        assert!(help.contains(&format!("[env: {name}]")), "{name}: {help}");
    }
    for (_, value) in REQUIRED {
        assert!(
            !help.contains(value) || value == "https://calls.example",
            "{help}"
        );
    }
}

#[test]
fn each_variable_that_is_missing_is_named_in_one_sentence() {
    for (name, _) in REQUIRED {
        one_sentence(&program(&[(name, "")]).output().unwrap(), name);
        one_sentence(&program(&[]).env_remove(name).output().unwrap(), name);
    }
}

#[test]
fn each_variable_that_is_malformed_is_named_in_one_sentence_without_its_value() {
    for (name, value) in [
        ("TWILIO_ACCOUNT_SID", SECRET),
        ("TWILIO_ACCOUNT_SID", "WS00000000000000000000000000000001"),
        ("TWILIO_AUTH_TOKEN", "f00dfeed f00dfeed"),
        ("TWILIO_AUTH_TOKEN", "f00dfeed\n"),
        ("TWILIO_FLEX_WORKSPACE_SID", "Flex"),
        ("TWILIO_FLEX_INTERNAL_CALL_WORKFLOW_SID", "WW1"),
        ("BACKLINE_PUBLIC_URL", "calls.example"),
        ("BACKLINE_PUBLIC_URL", "ftp://calls.example"),
        ("BACKLINE_PUBLIC_URL", "https://user:f00dfeed@calls.example"),
        ("BACKLINE_PUBLIC_URL", "https://f00dfeed@calls.example"),
        ("BACKLINE_PUBLIC_URL", "https://:f00dfeed@calls.example"),
        ("BACKLINE_PUBLIC_URL", "https://calls.example/?a=1"),
        ("BACKLINE_LISTEN", "8080"),
        ("BACKLINE_TASKROUTER_URL", "taskrouter.twilio.com"),
        ("BACKLINE_API_URL", "https://"),
        ("BACKLINE_IAM_URL", "https://iam.twilio.com/#f00dfeed"),
        ("BACKLINE_REQUEST_TIMEOUT_MS", "3s"),
        ("BACKLINE_REQUEST_TIMEOUT_MS", "9000"),
    ] {
        let output = program(&[(name, value)]).output().unwrap();
        one_sentence(&output, name);
        assert!(!text(&output.stderr).contains("f00dfeed"), "{name}");
    }
}

#[cfg(unix)]
#[test]
fn a_variable_that_is_no_text_is_malformed() {
    use std::os::unix::ffi::OsStrExt;
    let value = std::ffi::OsStr::from_bytes(b"\xff\xfe");
    let output = program(&[])
        .env("TWILIO_AUTH_TOKEN", value)
        .output()
        .unwrap();
    one_sentence(&output, "TWILIO_AUTH_TOKEN");
}

#[test]
fn an_address_that_is_taken_is_told() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let output = program(&[("BACKLINE_LISTEN", &address)]).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stderr).contains(&format!("BACKLINE_LISTEN {address}")));
}

#[test]
fn it_listens_answers_and_logs_no_secret() {
    let mut child = program(&[("BACKLINE_LISTEN", "127.0.0.1:0")])
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut log = BufReader::new(child.stderr.take().unwrap());
    let mut first = String::new();
    log.read_line(&mut first).unwrap();
    let address = first
        .split_whitespace()
        .find_map(|word| word.strip_prefix("address="))
        .unwrap();
    let ask = |request: &str| {
        let mut stream = TcpStream::connect(address).unwrap();
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    };
    let end = "Host: x\r\nConnection: close\r\n\r\n";
    let health = ask(&format!("GET /health HTTP/1.1\r\n{end}"));
    assert!(health.starts_with("HTTP/1.1 200"), "{health}");
    let ring = ask(&format!(
        "POST /internal-call/flex/ring?Token=flex-token&taskSid=1 HTTP/1.1\r\nContent-Length: 0\r\n{end}"
    ));
    assert!(ring.starts_with("HTTP/1.1 400"), "{ring}");
    child.kill().unwrap();
    child.wait().unwrap();
    let mut rest = first.clone();
    log.read_to_string(&mut rest).unwrap();
    assert!(rest.contains("/internal-call/flex/ring"), "{rest}");
    assert!(
        !rest.contains(SECRET) && !rest.contains("flex-token"),
        "{rest}"
    );
}
