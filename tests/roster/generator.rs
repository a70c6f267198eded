//! Directories that look like real ones, the same at every run: names of many countries by Zipf's law, logins that are
//! unique, addresses of few domains, teams, skills, extensions.

/// An agent to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Agent {
    pub key: u128,
    pub name: String,
    pub login: String,
    pub email: String,
    pub team: String,
    pub skills: Vec<String>,
    pub extension: String,
    pub address: String,
    pub status: u16,
}

/// Names of statuses, and whether those in them take calls.
pub const STATUSES: [(&str, bool); 8] = [
    ("Available", true),
    ("Busy", false),
    ("Break", false),
    ("Lunch", false),
    ("Training", false),
    ("Meeting", false),
    ("Back Office", true),
    ("Unavailable", false),
];

/// Numbers that look random (xorshift64*).
#[derive(Debug, Clone)]
pub struct Random(pub u64);

impl Random {
    pub fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    /// Below `end`.
    pub fn below(&mut self, end: usize) -> usize {
        ((self.next() >> 33) as usize) % end.max(1)
    }

    /// Below `end`, the small ones far more often: about one over the rank.
    pub fn zipf(&mut self, end: usize) -> usize {
        let uniform = (self.next() >> 11) as f64 / (1u64 << 53) as f64;
        (((end as f64 + 1.0).powf(uniform) - 1.0) as usize).min(end - 1)
    }

    pub fn pick<'a, T: ?Sized>(&mut self, list: &[&'a T]) -> &'a T {
        list[self.below(list.len())]
    }
}

const FIRST: &[&str] = &[
    "Maria",
    "José",
    "Anna",
    "John",
    "Mohammed",
    "Wei",
    "Nguyễn",
    "Olga",
    "Carlos",
    "Fatima",
    "Lukas",
    "Łukasz",
    "Zoë",
    "Chloé",
    "Jürgen",
    "Søren",
    "Aoife",
    "Siobhán",
    "Michael",
    "David",
    "James",
    "Robert",
    "Jennifer",
    "Linda",
    "Susan",
    "Jessica",
    "Sarah",
    "Karen",
    "Daniel",
    "Matthew",
    "Anthony",
    "Mark",
    "Paul",
    "Steven",
    "Andrew",
    "Kenneth",
    "Joshua",
    "Kevin",
    "Brian",
    "George",
    "Ana",
    "Luís",
    "João",
    "Mateus",
    "Gabriela",
    "Sofía",
    "Lucía",
    "Martín",
    "Álvaro",
    "Íñigo",
    "Björn",
    "Åsa",
    "Gül",
    "İbrahim",
    "Ömer",
    "Ayşe",
    "Katarzyna",
    "Małgorzata",
    "Jiří",
    "Zdeněk",
    "Đorđe",
    "Nikola",
    "Иван",
    "Ольга",
    "Сергей",
    "Алёна",
    "Юлия",
    "Дмитрий",
    "Thị",
    "Văn",
    "Hữu",
    "Minh",
    "Phương",
    "Somchai",
    "สมชาย",
    "สมหญิง",
    "ณัฐพล",
    "أحمد",
    "فاطمة",
    "محمد",
    "Γιώργος",
    "Ελένη",
    "Yuki",
    "Haruto",
    "Priya",
    "Arjun",
    "Rahul",
    "Ananya",
    "Deepak",
    "Kwame",
    "Amina",
    "Chinedu",
    "Ngozi",
    "Thabo",
    "Jean-Pierre",
    "Marie-Claire",
    "Mary-Jo",
    "Anne",
    "Emma",
    "Noah",
    "Liam",
    "Olivia",
    "Mia",
    "Ethan",
    "Lea",
    "Jan",
    "Piet",
    "Joost",
    "Femke",
];

const LAST: &[&str] = &[
    "García",
    "Smith",
    "Nguyễn",
    "Müller",
    "Rodríguez",
    "Johnson",
    "Silva",
    "Santos",
    "Williams",
    "Brown",
    "Jones",
    "Martínez",
    "Hernández",
    "López",
    "González",
    "Pérez",
    "Wilson",
    "Anderson",
    "Thomas",
    "Taylor",
    "Moore",
    "Jackson",
    "Martin",
    "Lee",
    "Schmidt",
    "Schneider",
    "Fischer",
    "Weiß",
    "Groß",
    "Kowalski",
    "Wiśniewski",
    "Wójcik",
    "Novák",
    "Svoboda",
    "O'Brien",
    "O'Connor",
    "MacDonald",
    "McCarthy",
    "D'Angelo",
    "de la Cruz",
    "van der Berg",
    "von Stein",
    "Иванов",
    "Петрова",
    "Соловьёв",
    "Кузнецов",
    "Trần",
    "Lê",
    "Phạm",
    "Hoàng",
    "Đặng",
    "ใจดี",
    "วงศ์สวัสดิ์",
    "الخطيب",
    "Παπαδόπουλος",
    "Yamamoto",
    "Tanaka",
    "Suzuki",
    "Patel",
    "Sharma",
    "Singh",
    "Khan",
    "Ali",
    "Hussein",
    "Okafor",
    "Mensah",
    "Dlamini",
    "Costa",
    "Oliveira",
    "Souza",
    "Ferreira",
    "Almeida",
    "Ribeiro",
    "Gómez",
    "Sánchez",
    "Ramírez",
    "Torres",
    "Flores",
    "Rivera",
    "Cruz",
    "Ortiz",
    "Morales",
    "Jensen",
    "Nielsen",
    "Hansen",
    "Sørensen",
    "Ångström",
    "Lindqvist",
    "Virtanen",
    "Mäkinen",
    "Dubois",
    "Lefèvre",
    "Moreau",
    "Rossi",
    "Ferrari",
    "Esposito",
    "Yılmaz",
    "Demir",
];

const EASTERN: (&str, &str) = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡林郭何高罗郑梁谢宋唐许邓冯韩曹田中村山本佐藤鈴木高橋김이박최정",
    "伟芳娜敏静强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰建国小文丽红梅云龙太郎花子一美健翔민준서연지우",
);

const SYLLABLES: &[&str] = &[
    "ba", "be", "bo", "bra", "ca", "che", "chi", "co", "da", "de", "do", "dri", "el", "en", "er",
    "fa", "fe", "fi", "ga", "ge", "gra", "ha", "he", "hol", "i", "ja", "ka", "ke", "ko", "kra",
    "la", "le", "li", "lo", "lun", "ma", "me", "mi", "mo", "mar", "na", "ne", "ni", "no", "o",
    "pa", "pe", "pin", "ra", "re", "ri", "ro", "ros", "sa", "se", "shi", "ski", "so", "ta", "te",
    "ti", "to", "tra", "u", "va", "ve", "vi", "vo", "wa", "we", "xi", "ya", "za", "zo", "ström",
    "berg", "mann", "son", "sen", "ez", "ova", "ić", "ński", "ão", "öz", "è",
];

const PLACES: &[&str] = &[
    "EMEA",
    "North America",
    "LATAM",
    "APAC",
    "Brasil",
    "DACH",
    "Nordics",
    "Iberia",
    "Thailand",
    "上海",
];
const WORK: &[&str] = &[
    "Sales",
    "Billing",
    "Support",
    "Claims",
    "Returns",
    "Retention",
];
const SKILLS: &[&str] = &[
    "English",
    "Spanish",
    "German",
    "Portuguese",
    "French",
    "Thai",
    "Mandarin",
    "Vietnamese",
    "Polish",
    "Arabic",
    "billing",
    "refunds",
    "tier-1",
    "tier-2",
    "tier-3",
    "voice",
    "chat",
    "email",
    "whatsapp",
    "vip",
    "fraud",
    "kyc",
    "escalations",
    "onboarding",
    "technical",
    "networking",
    "hardware",
    "returns",
    "shipping",
    "retention",
    "mortgages",
    "loans",
    "cards",
    "insurance",
    "claims",
    "travel",
    "booking",
    "loyalty",
    "supervisor",
    "trainer",
];
const DOMAINS: &[&str] = &[
    "contact.example.com",
    "contact.example.com",
    "contact.example.com",
    "partner.example.net",
];

/// The same `count` agents at every run; about one unique word more than there are agents.
pub fn directory(count: usize, seed: u64) -> Vec<Agent> {
    let mut random = Random(seed | 1);
    let last = last_names(&mut random, (count / 4).clamp(200, 25_000));
    let first = first_names(&mut random, (count / 40).clamp(60, 3_000));
    (0..count)
        .map(|number| agent(&mut random, number, &first, &last))
        .collect()
}

fn last_names(random: &mut Random, count: usize) -> Vec<String> {
    let mut names: Vec<String> = LAST.iter().map(|&name| name.to_owned()).collect();
    while names.len() < count {
        names.push(made_up(random, 2 + names.len() % 3));
    }
    names
}

fn first_names(random: &mut Random, count: usize) -> Vec<String> {
    let mut names: Vec<String> = FIRST.iter().map(|&name| name.to_owned()).collect();
    while names.len() < count {
        names.push(made_up(random, 2));
    }
    names
}

fn made_up(random: &mut Random, syllables: usize) -> String {
    let name: String = (0..syllables).map(|_| random.pick(SYLLABLES)).collect();
    let mut letters = name.chars();
    let first = letters.next().into_iter().flat_map(char::to_uppercase);
    first.chain(letters).collect()
}

fn agent(random: &mut Random, number: usize, first: &[String], last: &[String]) -> Agent {
    let eastern = random.below(25) == 0;
    let letter = |random: &mut Random, from: &str| {
        let letters: Vec<char> = from.chars().collect();
        letters[random.below(letters.len())]
    };
    let (name, login) = if eastern {
        let family = letter(random, EASTERN.0);
        let given: String = (0..1 + random.below(2))
            .map(|_| letter(random, EASTERN.1))
            .collect();
        (format!("{family}{given}"), format!("agent{number}"))
    } else {
        let given = &first[random.zipf(first.len())];
        let family = &last[random.zipf(last.len())];
        let middle = random.below(8) == 0;
        let middle = if middle {
            format!(" {}", first[random.zipf(first.len())])
        } else {
            String::new()
        };
        let plain = |text: &str| {
            text.chars()
                .filter(char::is_ascii_alphanumeric)
                .collect::<String>()
                .to_lowercase()
        };
        let login = match random.below(3) {
            0 => format!("{}.{}{}", plain(given), plain(family), number % 9973),
            1 => format!(
                "{}{}{number}",
                plain(given).chars().next().unwrap_or('x'),
                plain(family)
            ),
            _ => format!(
                "{}{}{number}",
                plain(family),
                plain(given).chars().next().unwrap_or('x')
            ),
        };
        (format!("{given}{middle} {family}"), login)
    };
    let domain = random.pick(DOMAINS);
    let many = 1 + random.below(4);
    let skills = (0..many)
        .map(|_| SKILLS[random.zipf(SKILLS.len())].to_owned())
        .collect();
    Agent {
        key: u128::from(random.next()) << 64 | u128::from(random.next()),
        email: format!("{login}@{domain}"),
        address: if random.below(20) == 0 {
            format!("sip:{}@pbx.example.com", 2000 + number)
        } else {
            format!("client:{login}").replace('.', "_2E")
        },
        team: format!(
            "{} {}",
            random.pick(WORK),
            PLACES[random.zipf(PLACES.len())]
        ),
        skills,
        extension: if random.below(2) == 0 {
            (10_000 + number).to_string()
        } else {
            String::new()
        },
        status: random.zipf(STATUSES.len()) as u16,
        name,
        login,
    }
}
