//! Names in MODS: in parts or whole, with roles as codes, as words, or as codes that contain words.

use hongyan_model::record::{Creator, Record, Role};

use super::tree::Element;
use crate::roles;

/// Adds creators in order; names in another script (`altRepGroup`) go last, so that the first creator
/// remains the main one.
pub(super) fn fill(mods: &Element, record: &mut Record) {
    let names: Vec<&Element> = mods.all("name").take(1000).collect();
    let mut groups: Vec<&str> = Vec::new();
    let mut later: Vec<Creator> = Vec::new();
    // some systems mark the main name and put it anywhere
    let (main, others): (Vec<&Element>, Vec<&Element>) =
        names.into_iter().partition(|name| name.attribute("usage") == "primary");
    for element in main.into_iter().chain(others) {
        let creator = Creator { name: name(element), role: role(element) };
        let group = element.attribute("altRepGroup");
        if !group.is_empty() && groups.contains(&group) {
            later.push(creator);
            continue;
        }
        groups.push(group);
        push(record, creator);
    }
    for creator in later {
        push(record, creator);
    }
    if record.creators.is_empty() {
        let statement = mods.all("note").find(|note| note.attribute("type") == "statement of responsibility");
        record.creators = statement.map(|note| roles::creators_of(&note.text())).unwrap_or_default();
    }
}

fn push(record: &mut Record, creator: Creator) {
    let known = record.creators.iter().any(|known| known.name == creator.name);
    if !creator.name.is_empty() && !known && record.creators.len() < 500 {
        record.creators.push(creator);
    }
}

/// `Knuth, Donald E.` from its parts, without dates and titles of rank; a name without parts is kept.
pub(super) fn name(element: &Element) -> String {
    let mut whole: Vec<String> = Vec::new();
    let (mut family, mut given) = (String::new(), Vec::new());
    for part in element.all("namePart") {
        let text = part.text();
        match part.attribute("type") {
            _ if text.is_empty() => {}
            "family" => family = text,
            "given" => given.push(text),
            "" => whole.push(text),
            _ => {}
        }
    }
    if family.is_empty() && given.is_empty() {
        // an organisation with its divisions; a person may be without parts in `name` itself
        let joined = if whole.is_empty() { element.text() } else { whole.join(". ") };
        return roles::tidy(&joined.replace(".. ", ". "));
    }
    match (family.is_empty(), given.is_empty()) {
        (false, false) => format!("{family}, {}", given.join(" ")),
        (true, _) => given.join(" "),
        (false, true) => family,
    }
}

fn role(element: &Element) -> Role {
    let said: Vec<Role> = element
        .all("role")
        .flat_map(|role| role.all("roleTerm").map(Element::text).chain([role.text()]))
        .filter_map(|term| roles::role_of(&term))
        .take(20)
        .collect();
    let body = matches!(element.attribute("type"), "corporate" | "conference");
    // of several roles the most specific one
    let role = said.iter().find(|role| **role != Role::Contributor).or(said.first()).copied();
    match role {
        Some(Role::Author | Role::Contributor) | None if body => Role::Organisation,
        Some(role) => role,
        None => Role::Author,
    }
}
