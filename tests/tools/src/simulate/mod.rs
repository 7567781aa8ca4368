//! Simulates the load of many clients on a platform before, during and after an outage: event-driven,
//! deterministic for a seed. The clients run the real [`hongyan_engine::schedule`]; as a control, other
//! clients poll at a fixed interval and retry every ten seconds.
//!
//! The model:
//! - a window is in front for 15 minutes at a time and behind for 35 (means of exponential
//!   distributions), so three in ten are in front; one client in two hundred has a submission with unknown
//!   outcome and polls every minute;
//! - one poll is three requests, as the sandbox's log shows (`one_question_is_three_requests` in the
//!   engine's tests); a failed poll ends with its first request;
//! - during the outage the platform answers 503 with `Retry-After: 300`; otherwise it serves up to twice
//!   its usual load per second, and answers the rest with 503 and `Retry-After: 30`;
//! - one client in ten is on a campus whose network fails for the second half of the outage and returns
//!   at the same moment as the platform.

mod client;
mod plot;
mod report;

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::time::Duration;

use client::{Client, Manner};
pub use plot::draw;
pub use report::{Figures, figures, table};

/// Requests of a successful poll.
const REQUESTS: u32 = 3;
/// Duration of each phase in seconds: start of the clients, usual operation, outage, afterwards.
const STARTED: u64 = 3600;
const USUAL: u64 = 3600;
const OUTAGE: u64 = 3600;
const AFTER: u64 = 7200;

/// Start of the outage in seconds.
pub const OUT_FROM: u64 = STARTED + USUAL;
/// End of the outage in seconds.
pub const OUT_TO: u64 = OUT_FROM + OUTAGE;
/// End of the simulation in seconds.
pub const END: u64 = OUT_TO + AFTER;

/// Polling strategy of the clients.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// the program's schedule
    Ours,
    /// fixed interval, without jitter and backoff
    Naive,
}

/// An event of the simulation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Event {
    /// a client polls, unless the poll was rescheduled
    Ask { client: usize, turn: u32 },
    /// a window comes to the front or leaves it
    Turn { client: usize },
    /// the campus loses its network or regains it
    Network { up: bool },
}

/// State of a simulation.
struct World {
    queue: BinaryHeap<Reverse<(u64, u64, Event)>>,
    order: u64,
    clients: Vec<Client>,
    dice: fastrand::Rng,
    /// number of requests per second
    heard: Vec<u32>,
    capacity: u32,
}

/// Simulates `clients` clients; returns the number of requests in each second. `capacity`: requests per
/// second that the platform serves.
pub fn run(kind: Kind, clients: usize, seed: u64, capacity: u32) -> Vec<u32> {
    let mut world = World {
        queue: BinaryHeap::new(),
        order: 0,
        clients: Vec::with_capacity(clients),
        dice: fastrand::Rng::with_seed(seed),
        heard: vec![0; usize::try_from(END).unwrap_or_default()],
        capacity,
    };
    for client in 0..clients {
        let start = world.within(STARTED * 1000);
        let in_front = world.dice.f64() < 0.3;
        let in_doubt = client % 200 == 7;
        let mut new = Client::new(Manner::new(kind), in_front, in_doubt, client % 10 == 3);
        new.wait_until(start);
        world.clients.push(new);
        world.push(start, Event::Ask { client, turn: 0 });
        let turns = start + world.presence(in_front);
        world.push(turns, Event::Turn { client });
    }
    world.push((OUT_FROM + OUTAGE / 2) * 1000, Event::Network { up: false });
    world.push(OUT_TO * 1000, Event::Network { up: true });
    while let Some(Reverse((at, _, event))) = world.queue.pop() {
        if at >= END * 1000 {
            break;
        }
        match event {
            Event::Ask { client, turn } => world.ask(at, client, turn),
            Event::Turn { client } => world.turn(at, client),
            Event::Network { up } => world.network(at, up),
        }
    }
    world.heard
}

impl World {
    fn push(&mut self, at: u64, event: Event) {
        self.order += 1;
        self.queue.push(Reverse((at, self.order, event)));
    }

    fn within(&mut self, longest: u64) -> u64 {
        self.dice.u64(0..longest.max(1))
    }

    /// How long a window stays in front, or behind, in milliseconds.
    fn presence(&mut self, in_front: bool) -> u64 {
        let mean = if in_front { 15.0 } else { 35.0 } * 60_000.0;
        (-mean * (1.0 - self.dice.f64()).ln()) as u64 + 1
    }

    fn ask(&mut self, at: u64, client: usize, turn: u32) {
        let chance = self.dice.f64();
        let Some(asks) = self.clients.get_mut(client).filter(|asks| asks.turn() == turn) else { return };
        let outcome = if asks.is_cut() { Err(None) } else { answer(&mut self.heard, self.capacity, at) };
        let due = asks.asked(at, outcome, chance);
        let turn = asks.turn();
        self.push(due, Event::Ask { client, turn });
    }

    fn turn(&mut self, at: u64, client: usize) {
        let chance = self.dice.f64();
        let Some(turns) = self.clients.get_mut(client) else { return };
        let sooner = turns.turned(at, chance);
        let (turn, in_front) = (turns.turn(), turns.in_front());
        if let Some(due) = sooner {
            self.push(due, Event::Ask { client, turn });
        }
        let next = at + self.presence(in_front);
        self.push(next, Event::Turn { client });
    }

    fn network(&mut self, at: u64, up: bool) {
        for client in 0..self.clients.len() {
            let chance = self.dice.f64();
            let Some(one) = self.clients.get_mut(client) else { continue };
            let due = one.network(at, up, chance);
            let turn = one.turn();
            if let Some(due) = due {
                self.push(due, Event::Ask { client, turn });
            }
        }
    }
}

/// The platform's response to a poll, which is counted. An error has the value of `Retry-After`.
fn answer(heard: &mut [u32], capacity: u32, at: u64) -> Result<(), Option<Duration>> {
    let second = at / 1000;
    let Some(count) = usize::try_from(second).ok().and_then(|second| heard.get_mut(second)) else {
        return Ok(());
    };
    if (OUT_FROM..OUT_TO).contains(&second) {
        *count += 1;
        return Err(Some(Duration::from_secs(300)));
    }
    if *count >= capacity {
        *count += 1;
        return Err(Some(Duration::from_secs(30)));
    }
    *count += REQUESTS;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{Kind, figures, run};

    #[test]
    fn the_load_after_an_outage_is_flat_and_the_control_is_not() {
        let ours = figures(&run(Kind::Ours, 4000, 7, 40));
        let naive = figures(&run(Kind::Naive, 4000, 7, 40));
        // few clients give noisy figures; the full run asserts 1.5
        assert!(ours.after.peak <= 2.0 * ours.before.mean, "{ours:?}");
        assert!(ours.during.peak <= 1.5 * ours.before.mean, "{ours:?}");
        assert!(naive.during.peak > 5.0 * naive.before.mean, "the control bites: {naive:?}");
    }

    #[test]
    fn the_same_seed_gives_the_same_run() {
        assert_eq!(run(Kind::Ours, 500, 3, 10), run(Kind::Ours, 500, 3, 10));
        assert_ne!(run(Kind::Ours, 500, 3, 10), run(Kind::Ours, 500, 4, 10));
    }
}
