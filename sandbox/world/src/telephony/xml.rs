//! XML as a small tree: all that TwiML needs.

use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::{BytesStart, Event};
use quick_xml::Reader;

/// Nesting beyond this is refused; TwiML needs five.
const MAX_DEPTH: usize = 16;

/// An element, its text (without that of its children) and its children.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Element {
    pub name: String,
    pub attributes: Vec<(String, String)>,
    pub text: String,
    pub children: Vec<Element>,
}

impl Element {
    pub fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    }
}

/// The one root element of `text`, or a sentence about what is wrong.
pub(super) fn parse(text: &str) -> Result<Element, String> {
    let mut reader = Reader::from_str(text);
    let mut open: Vec<Element> = Vec::new();
    let mut root: Option<Element> = None;
    loop {
        let closed = match reader.read_event().map_err(|error| error.to_string())? {
            Event::Start(start) => {
                if open.len() >= MAX_DEPTH {
                    return Err("nested too deep".to_owned());
                }
                open.push(element(&start)?);
                None
            }
            Event::Empty(start) => Some(element(&start)?),
            Event::End(_) => open.pop(),
            Event::Text(content) => {
                let content = content.decode().map_err(|error| error.to_string())?;
                put_text(&mut open, &content)?;
                None
            }
            Event::CData(content) => {
                let content = content.decode().map_err(|error| error.to_string())?;
                put_text(&mut open, &content)?;
                None
            }
            Event::GeneralRef(reference) => {
                let content = if let Ok(Some(character)) = reference.resolve_char_ref() {
                    character.to_string()
                } else {
                    let name = reference.decode().map_err(|error| error.to_string())?;
                    resolve_predefined_entity(&name)
                        .ok_or_else(|| format!("unknown entity &{name};"))?
                        .to_owned()
                };
                put_text(&mut open, &content)?;
                None
            }
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) => None,
            // Entities are a door that TwiML does not need.
            Event::DocType(_) => return Err("a document type is not accepted".to_owned()),
            Event::Eof => break,
        };
        if let Some(element) = closed {
            match open.last_mut() {
                Some(parent) => parent.children.push(element),
                None if root.is_none() => root = Some(element),
                None => return Err("more than one root element".to_owned()),
            }
        }
    }
    if !open.is_empty() {
        return Err("the document ends inside an element".to_owned());
    }
    root.ok_or_else(|| "there is no element".to_owned())
}

fn element(start: &BytesStart<'_>) -> Result<Element, String> {
    let mut element = Element {
        name: name(start.name().as_ref()),
        ..Element::default()
    };
    for attribute in start.attributes() {
        let attribute = attribute.map_err(|error| error.to_string())?;
        let value = attribute
            .unescape_value()
            .map_err(|error| error.to_string())?;
        element
            .attributes
            .push((name(attribute.key.as_ref()), value.into_owned()));
    }
    Ok(element)
}

fn name(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn put_text(open: &mut [Element], content: &str) -> Result<(), String> {
    match open.last_mut() {
        Some(element) => element.text.push_str(content),
        None if content.trim().trim_start_matches('\u{feff}').is_empty() => {}
        None => return Err("text outside the root element".to_owned()),
    }
    Ok(())
}
