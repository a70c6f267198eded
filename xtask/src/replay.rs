//! A recording that an agent saved, played once more: what happened, what the core ordered, and whether this core orders
//! the same.

use anyhow::{anyhow, bail, Result};
use backline::effect::Effect;
use backline::recorder::replay::{replay, Recording, Step};
use backline::recorder::FORMAT;
use backline::time::Millis;
use serde_json::Value;
use std::fmt::Write;
use std::io::ErrorKind;
use std::path::Path;
use std::process::ExitCode;

/// Plays the recording in a file and prints it; succeeds if every decision is the same.
///
/// # Errors
/// If the file is no recording that this version reads.
pub fn run(file: &Path) -> Result<ExitCode> {
    let name = file.display().to_string();
    let text = std::fs::read_to_string(file).map_err(|error| match error.kind() {
        ErrorKind::NotFound => anyhow!("there is no file {name}"),
        ErrorKind::InvalidData => anyhow!("{name} is no text, so no recording"),
        _ => anyhow!("{name} cannot be read: {error}"),
    })?;
    let (report, same) = report(&read(&name, &text)?)?;
    print!("{report}");
    Ok(if same {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

fn read(name: &str, text: &str) -> Result<Recording> {
    let value: Value = serde_json::from_str(text).map_err(|error| {
        let line = error.line();
        if error.is_eof() {
            anyhow!("{name} is cut short, in line {line}: have it saved or sent once more")
        } else {
            anyhow!("{name} is not JSON: {error}")
        }
    })?;
    let version = value.get("plugin").and_then(Value::as_str);
    let version = version.unwrap_or("of an unknown version");
    match value.get("format").and_then(Value::as_u64) {
        None => bail!("{name} is JSON, but no recording: it has no format"),
        Some(format) if format != u64::from(FORMAT) => bail!(
            "{name} has format {format}, and this version reads format {FORMAT}: \
             replay it with the version that saved it, Backline {version}"
        ),
        Some(_) => {}
    }
    serde_json::from_value(value.clone()).map_err(|error| {
        anyhow!(
            "{name} was saved by Backline {version}, and its events or its state are not those of this version \
             ({error}): replay it with the version that saved it"
        )
    })
}

/// What is printed, and whether all is the same.
fn report(recording: &Recording) -> Result<(String, bool)> {
    let steps = replay(recording);
    let mut out = format!(
        "Saved {} by Backline {}: {} events. Times are before that, minutes and seconds.\n\n",
        recording.saved_at,
        recording.plugin,
        steps.len()
    );
    for step in &steps {
        let before = time(recording.now.saturating_sub(step.entry.at));
        let mark = if step.same { ' ' } else { '≠' };
        let event = brief(&serde_json::to_value(&step.entry.event)?, 0);
        writeln!(out, "{mark}{before}  {event}")?;
        write!(out, "{}", orders(step.entry.effects.as_deref())?)?;
    }
    let Some((index, first)) = steps.iter().enumerate().find(|(_, step)| !step.same) else {
        writeln!(out, "\nAll {} decisions are the same.", steps.len())?;
        return Ok((out, true));
    };
    let others = steps.iter().filter(|step| !step.same).count();
    writeln!(
        out,
        "\n{others} of {} decisions differ. The first is event {}:",
        steps.len(),
        index + 1
    )?;
    write!(out, "{}", difference(first)?)?;
    Ok((out, false))
}

fn difference(step: &Step) -> Result<String> {
    Ok(format!(
        "{}\nrecorded:\n{}replayed:\n{}",
        serde_json::to_string_pretty(&step.entry.event)?,
        orders(step.entry.effects.as_deref())?,
        orders(step.effects.as_deref())?,
    ))
}

/// A line for each order.
fn orders(effects: Option<&[Effect]>) -> Result<String> {
    let Some(effects) = effects else {
        return Ok(format!("{INDENT}the core failed\n"));
    };
    effects
        .iter()
        .map(|effect| {
            let effect = brief(&serde_json::to_value(effect)?, 0);
            Ok(format!("{INDENT}→ {effect}\n"))
        })
        .collect()
}

const INDENT: &str = "               ";

/// `  2:03.456`
fn time(span: Millis) -> String {
    let (seconds, millis) = (span.0 / 1000, span.0 % 1000);
    format!("{:>4}:{:02}.{millis:03}", seconds / 60, seconds % 60)
}

/// A value in a few words: its kind, then its fields; what lies deeper only by its name.
fn brief(value: &Value, depth: usize) -> String {
    match value {
        Value::Object(fields) => {
            let kind = fields.get("kind").and_then(Value::as_str);
            let mut words: Vec<String> = kind.map(str::to_owned).into_iter().collect();
            for (name, value) in fields {
                let is_kind = name == "kind" && kind.is_some();
                if is_kind || value.is_null() {
                    continue;
                }
                words.push(match value {
                    Value::Object(_) if depth == DEPTH => format!("{name}=…"),
                    Value::Object(_) => format!("{name}=({})", brief(value, depth + 1)),
                    Value::Array(items) => format!("{name}=[{}]", items.len()),
                    _ => format!("{name}={}", brief(value, depth)),
                });
            }
            words.join(" ")
        }
        Value::String(text) => short(text),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) => value.to_string(),
    }
}

/// So many levels of a value's fields are shown.
const DEPTH: usize = 1;

/// A SID by its kind and its end.
fn short(text: &str) -> String {
    let is_sid = text.len() == 34 && text.bytes().all(|b| b.is_ascii_alphanumeric());
    match (text.get(..2), text.get(text.len().saturating_sub(4)..)) {
        (Some(kind), Some(end)) if is_sid => format!("{kind}…{end}"),
        _ => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use backline::core::Core;
    use backline::event::Event;
    use backline::json::Json;
    use backline::recorder::Recorder;
    use serde_json::json;

    /// An agent who opens the panel and chooses a colleague.
    fn recording() -> String {
        let worker = |number| backline::ids::WorkerSid::from_number(number);
        let (mut core, mut recorder) = (Core::default(), Recorder::default());
        for (at, event) in [
            json!({"kind": "started", "configuration": {"ui_attributes": {"custom_data": {
                       "features": {"internal_call": {"enabled": true}}}}},
                   "me": {"workerSid": worker(1), "friendlyName": "alice", "attributes": {}},
                   "activities": [], "tab": "1"}),
            json!({"kind": "fieldOpened", "tab": "agent"}),
            json!({"kind": "personChosen", "callee":
                   {"worker": worker(2), "contactUri": "client:bob", "name": "Bob Brown"}}),
        ]
        .into_iter()
        .enumerate()
        {
            let event: Event = serde_json::from_value(event).unwrap();
            let now = Millis(1000 * u64::try_from(at).unwrap());
            recorder.before(now, &core, &event);
            recorder.after(Json::of(&core.handle(now, &event)).unwrap());
        }
        recorder.export(Millis(62_500), "2026-11-21T10:00:00.000Z")
    }

    fn refusal(text: &str) -> String {
        read("f.json", text).unwrap_err().to_string()
    }

    #[test]
    fn a_recording_is_printed_and_is_the_same() {
        let (text, same) = report(&read("f.json", &recording()).unwrap()).unwrap();
        assert!(same, "{text}");
        assert!(text.starts_with("Saved 2026-11-21T10:00:00.000Z by Backline"));
        assert!(text.contains("    1:02.500  started"), "{text}");
        // Its fields in any order: another crate of the workspace may have serde_json keep it.
        assert!(
            text.contains("    1:00.500  personChosen callee=("),
            "{text}"
        );
        for field in ["contactUri=client:‹", "worker=WK…0002"] {
            assert!(text.contains(field), "{field}: {text}");
        }
        assert!(text.contains("→ restoreDirectory id=0"), "{text}");
        assert!(text.ends_with("All 3 decisions are the same.\n"), "{text}");
    }

    #[test]
    fn the_first_difference_is_shown() {
        let other = recording().replacen(
            "\"kind\":\"restoreDirectory\"",
            "\"kind\":\"loadQueues\"",
            1,
        );
        let (text, same) = report(&read("f.json", &other).unwrap()).unwrap();
        assert!(!same);
        assert!(text.contains("\n≠   1:01.500  fieldOpened"), "{text}");
        let end = text
            .split("1 of 3 decisions differ. The first is event 2:")
            .nth(1);
        let (recorded, replayed) = end.unwrap().split_once("replayed:").unwrap();
        assert!(recorded.contains("→ loadQueues id=0"), "{text}");
        assert!(replayed.contains("→ restoreDirectory id=0"), "{text}");
    }

    #[test]
    fn what_is_no_recording_is_refused_with_a_reason() {
        let text = recording();
        let half = &text[..text.len() / 2];
        let half = &half[..half.rfind(',').unwrap()];
        assert!(refusal(half).contains("f.json is cut short, in line"));
        assert!(refusal("").contains("cut short"));
        assert!(refusal("Dear support,").contains("f.json is not JSON"));
        assert!(refusal("{}").contains("no recording"));
        assert!(refusal("[]").contains("no recording"));
        let newer = text.replacen("\"format\":1", "\"format\":2", 1);
        assert!(refusal(&newer).contains("has format 2, and this version reads format 1"));
        let unknown = text.replacen("fieldOpened", "fieldFramed", 1);
        assert!(refusal(&unknown).contains("are not those of this version (unknown variant"));
        let missing = run(Path::new("/nowhere/f.json")).unwrap_err().to_string();
        assert_eq!(missing, "there is no file /nowhere/f.json");
    }
}
