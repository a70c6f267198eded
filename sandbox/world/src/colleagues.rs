//! A crowd of colleagues: workers whom nobody plays, so that a directory is as large as a real one. The same at every
//! run.

use crate::account;
use crate::routing::model::{Worker, WorkerChannel};
use crate::routing::Routing;
use crate::setup;
use backline::time::Millis;
use serde_json::json;

/// Given and family names that go together, by language.
const NAMES: [(&[&str], &[&str]); 10] = [
    (
        &[
            "James", "Olivia", "Noah", "Amelia", "Siobhán", "Declan", "Ruth", "Marcus", "Imogen",
            "Kofi",
        ],
        &[
            "Harrington",
            "O'Brien",
            "Whitfield",
            "Okafor",
            "MacLeod",
            "Pemberton",
            "Ashworth",
            "Nwosu",
            "Byrne",
            "Mensah",
        ],
    ),
    (
        &[
            "María José",
            "Santiago",
            "Lucía",
            "Mateo",
            "Ximena",
            "Joaquín",
            "Renata",
            "Íñigo",
            "Belén",
            "Álvaro",
        ],
        &[
            "Núñez",
            "García Márquez",
            "Ibáñez",
            "Villaseñor",
            "Echeverría",
            "Peña",
            "Quintana",
            "Zúñiga",
            "Muñoz",
            "Ordóñez",
        ],
    ),
    (
        &[
            "João",
            "Beatriz",
            "Thiago",
            "Luísa",
            "Caetano",
            "Inês",
            "Gonçalo",
            "Antônia",
            "Vinícius",
            "Conceição",
        ],
        &[
            "Gonçalves",
            "Araújo",
            "Magalhães",
            "Assunção",
            "Falcão",
            "Brandão",
            "Simões",
            "Queirós",
            "Leitão",
            "Prado",
        ],
    ),
    (
        &[
            "Jürgen",
            "Käthe",
            "Sören",
            "Anneliese",
            "Björn",
            "Heike",
            "Matthias",
            "Grete",
            "Uwe",
            "Annika",
        ],
        &[
            "Müller-Lüdenscheidt",
            "Groß",
            "Schäfer",
            "Köhler",
            "Weiß",
            "Bäcker",
            "Vogelsang",
            "Lindqvist",
            "Jørgensen",
            "Strauß",
        ],
    ),
    (
        &[
            "Zoë",
            "François",
            "Chloé",
            "Théo",
            "Noémie",
            "Gaël",
            "Aïcha",
            "Loïc",
            "Hélène",
            "Benoît",
        ],
        &[
            "Lefèvre",
            "D'Artagnan",
            "Bélanger",
            "Le Goff",
            "Châtelain",
            "Maïga",
            "Crêpeau",
            "Saint-Exupéry",
            "Rousseau",
            "Dubé",
        ],
    ),
    (
        &[
            "Łukasz",
            "Agnieszka",
            "Jiří",
            "Dvořáková",
            "Željko",
            "Šárka",
            "Wojciech",
            "Ágnes",
            "Ştefan",
            "Ieva",
        ],
        &[
            "Wiśniewski",
            "Błaszczyk",
            "Dvořák",
            "Horváth",
            "Đorđević",
            "Kovačić",
            "Świątek",
            "Ionescu",
            "Žukauskas",
            "Němec",
        ],
    ),
    (
        &[
            "Nguyễn",
            "Trần Thị",
            "Somchai",
            "Kanya",
            "Phương",
            "Đức",
            "Malee",
            "Anong",
            "Quỳnh",
            "Thanh",
        ],
        &[
            "Văn Hùng",
            "Bích Ngọc",
            "Sukhumvit",
            "Rattanakosin",
            "Thuỳ Dương",
            "Srisai",
            "Hoàng Anh",
            "Wongsakul",
            "Minh Châu",
            "Chaiyaporn",
        ],
    ),
    (
        &["王", "李", "张", "陈", "林", "刘", "黄", "吴", "周", "赵"],
        &[
            "小明", "丽华", "志强", "美玲", "建国", "雨桐", "思远", "晓燕", "子涵", "文静",
        ],
    ),
    (
        &[
            "Ольга",
            "Дмитрий",
            "Анастасия",
            "Сергей",
            "Екатерина",
            "Юрий",
            "Наталья",
            "Игорь",
            "Зоя",
            "Пётр",
        ],
        &[
            "Соловьёва",
            "Кузнецов",
            "Чайковская",
            "Щербаков",
            "Воробьёва",
            "Ёлкин",
            "Шевченко",
            "Цветкова",
            "Жуков",
            "Ковальчук",
        ],
    ),
    (
        &[
            "Aiko", "Priya", "Rajesh", "Fatima", "Yusuf", "Leila", "Haruto", "Ananya", "Omar",
            "Sakura",
        ],
        &[
            "Yamamoto",
            "Venkataraman",
            "Krishnamurthy",
            "Al-Rashid",
            "Çelik",
            "Hosseini",
            "Kobayashi",
            "Bhattacharya",
            "Haddad",
            "Ito",
        ],
    ),
];
const TEAMS: [&str; 12] = [
    "Billing Dublin",
    "Retención México",
    "Suporte São Paulo",
    "Technik Köln",
    "Service Montréal",
    "Obsługa Kraków",
    "ฝ่ายบริการ กรุงเทพ",
    "上海客服",
    "Claims Lagos",
    "Orders Osaka",
    "Night Desk",
    "Field Service",
];
const SKILLS: [&str; 14] = [
    "billing",
    "claims",
    "español",
    "português",
    "deutsch",
    "français",
    "polski",
    "ไทย",
    "中文",
    "русский",
    "fibre",
    "mobile",
    "escalations",
    "returns",
];

/// Of so many colleagues one is Available, and the one after him on a break.
const ONLINE_ONE_IN: usize = 25;

/// Adds the first `count` colleagues, as far as they are not there: most Offline, one in 25 Available, one in 25 on Break.
/// Everybody has a phone, a team and two skills.
pub fn add(routing: &mut Routing, count: usize) {
    for index in 0..count {
        let sid = account::colleague_sid(index);
        if routing.worker(&sid).is_err() {
            routing.add_worker(colleague(index));
        }
    }
}

fn colleague(index: usize) -> Worker {
    let drawn = account::mixed(index);
    let draw =
        |from: u32, list: usize| usize::try_from(drawn >> from & 0xfff).unwrap_or(0) % list.max(1);
    let (given, family) = NAMES
        .get(draw(0, NAMES.len()))
        .copied()
        .unwrap_or((&[], &[]));
    let of =
        |list: &[&'static str], from| list.get(draw(from, list.len())).copied().unwrap_or("Agent");
    let (given, family) = (of(given, 12), of(family, 24));
    // Chinese names are written without a blank.
    let full_name = if given.chars().count() == 1 {
        format!("{given}{family}")
    } else {
        format!("{given} {family}")
    };
    let identity = format!("agent{index:05}");
    let activity = match index % ONLINE_ONE_IN {
        7 => setup::available_activity_sid(),
        8 => setup::break_activity_sid(),
        _ => setup::offline_activity_sid(),
    };
    let attributes = json!({
        "contact_uri": format!("client:{identity}"),
        "full_name": full_name,
        "email": format!("{identity}@example.com"),
        "team_name": of(&TEAMS, 36),
        "extension": format!("{:05}", 10_000 + index),
        "routing": { "skills": [of(&SKILLS, 44), of(&SKILLS, 50)], "levels": {} },
    });
    let channels = setup::channels().map(|(sid, capacity)| {
        (
            sid,
            WorkerChannel {
                capacity,
                available: true,
            },
        )
    });
    Worker {
        sid: account::colleague_sid(index),
        name: identity,
        activity,
        attributes: attributes.as_object().cloned().unwrap_or_default(),
        channels: channels.collect(),
        version: 0,
        updated: Millis(0),
        activity_changed: Millis(0),
        idle_since: Millis(0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn ten_thousand_colleagues_differ_and_come_once() {
        let mut world = setup::demo(3, Millis(0));
        add(&mut world.routing, 10_000);
        add(&mut world.routing, 10_000);
        let workers: Vec<_> = world.routing.workers().collect();
        assert_eq!(workers.len(), 10_003);
        let logins: BTreeSet<_> = workers.iter().map(|worker| &worker.name).collect();
        assert_eq!(logins.len(), 10_003);
        let names: BTreeSet<_> = workers
            .iter()
            .filter_map(|worker| worker.attributes["full_name"].as_str())
            .collect();
        assert!(names.len() > 900, "{}", names.len());
        let in_activity = |sid| {
            workers
                .iter()
                .filter(|worker| worker.activity == sid)
                .count()
        };
        assert_eq!(in_activity(setup::available_activity_sid()), 400);
        assert_eq!(in_activity(setup::break_activity_sid()), 400);
        assert!(workers
            .iter()
            .take(3)
            .all(|worker| !account::is_colleague(&worker.sid)));
        assert!(workers
            .iter()
            .skip(3)
            .all(|worker| account::is_colleague(&worker.sid)));
    }
}
