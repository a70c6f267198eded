//! What people type into the field, keystroke by keystroke.

use super::generator::{Agent, Random};

/// The text in the field after each keystroke of `people` who look for somebody: by name, two words of it, login, team,
/// skill or initials, some with a slip that they take back.
pub fn stream(agents: &[Agent], seed: u64, people: usize) -> Vec<String> {
    let mut random = Random(seed);
    let mut texts = Vec::new();
    for _ in 0..people {
        let agent = &agents[random.below(agents.len())];
        let words: Vec<&str> = agent.name.split(' ').collect();
        let first = words[0];
        let last = words[words.len() - 1];
        let wanted = match random.below(12) {
            0..=2 => last.to_owned(),
            3 => first.to_owned(),
            4 | 5 => agent.name.clone(),
            6 => format!("{last} {first}"),
            7 => agent.login.clone(),
            8 => agent.skills[0].clone(),
            9 => agent.team.clone(),
            10 => words
                .iter()
                .filter_map(|word| word.chars().next())
                .collect(),
            _ => format!("{first} {}", last.chars().take(2).collect::<String>()),
        };
        let letters: Vec<char> = wanted.to_lowercase().chars().collect();
        let slip = (random.below(4) == 0).then(|| random.below(letters.len().max(1)));
        let mut text = String::new();
        for (at, &letter) in letters.iter().enumerate() {
            if slip == Some(at) {
                text.push(char::from(b'a' + random.below(26) as u8));
                texts.push(text.clone());
                // Seen at once, or two letters later.
                if random.below(2) == 0 {
                    text.pop();
                    texts.push(text.clone());
                }
            }
            text.push(letter);
            texts.push(text.clone());
        }
    }
    texts.retain(|text| !text.is_empty());
    texts
}
