//! Pages of REST's lists
//! (<https://www.twilio.com/docs/usage/twilios-response#response-formats-list-paging-information>).
//!
//! A page is found by its `PageToken`, "provided by the API"; `Page` is "simply for client state", as Twilio's OpenAPI says
//! of both. Real tokens are opaque; here they count the rows before.

use super::answer::Answer;
use super::parameters::Parameters;
use super::Refusal;
use serde_json::{json, Value};

/// `PageSize` by default, and at most.
const PAGE_SIZE: u64 = 50;
const LONGEST_PAGE: u64 = 1000;
/// What a token begins with.
const TOKEN: &str = "PT";

/// The page that is asked for, of the list at `path` whose rows stand at `key`.
pub(super) fn of(
    parameters: &Parameters,
    path: &str,
    key: &'static str,
    rows: impl Iterator<Item = Value>,
) -> Result<Answer, Refusal> {
    let size = parameters.number("PageSize")?.unwrap_or(PAGE_SIZE);
    let size = size.clamp(1, LONGEST_PAGE);
    let page = parameters.number("Page")?.unwrap_or(0);
    let before = match parameters.text("PageToken") {
        None => 0,
        Some(token) => token
            .strip_prefix(TOKEN)
            .and_then(|before| before.parse::<u64>().ok())
            .ok_or_else(|| Refusal::invalid("PageToken", "it is none of this list"))?,
    };
    let filters: Vec<(&str, String)> = parameters
        .pairs()
        .filter(|(name, _)| !matches!(*name, "Page" | "PageSize" | "PageToken"))
        .collect();
    let url = |page: u64, before: u64| {
        let address = format!("https://taskrouter.twilio.com/v1/{path}");
        let place = [("PageSize", size.to_string()), ("Page", page.to_string())];
        let token = (before > 0).then(|| ("PageToken", format!("{TOKEN}{before}")));
        let query = filters.iter().cloned().chain(place).chain(token);
        reqwest::Url::parse_with_params(&address, query).map_or(address, String::from)
    };
    let skipped = usize::try_from(before).unwrap_or(usize::MAX);
    let wanted = usize::try_from(size).unwrap_or(usize::MAX);
    let mut rest = rows.skip(skipped);
    let rows: Value = rest.by_ref().take(wanted).collect();
    let more = rest.next().is_some();
    Ok(Answer::plain(json!({
        key: rows,
        "meta": {
            "key": key, "page": page, "page_size": size, "url": url(page, before), "first_page_url": url(0, 0),
            "next_page_url": more.then(|| url(page.saturating_add(1), before.saturating_add(size))),
            "previous_page_url": page.checked_sub(1).map(|page| url(page, before.saturating_sub(size))),
        },
    })))
}
