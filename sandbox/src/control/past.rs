//! The world as it was: for lists that lag behind what was made. (Twilio does not promise that a list has what a request
//! made a moment ago; how far it lags behind is the test's to say.) Kept only while a rule needs it.

use backline::time::Millis;
use backline_world::World;
use std::collections::VecDeque;
use std::future::Future;
use std::sync::{Mutex, PoisonError};

tokio::task_local! {
    static LAG: Millis;
}

/// Runs the answering of a request that sees the world as it was so many milliseconds ago.
pub async fn as_of<T>(lag_ms: u64, answering: impl Future<Output = T>) -> T {
    LAG.scope(Millis(lag_ms), answering).await
}

/// By how much the request that is being answered lags behind.
pub fn lag() -> Option<Millis> {
    LAG.try_with(|lag| *lag).ok()
}

/// The world after each of its latest changes, oldest first, each with its moment.
#[derive(Debug, Default)]
pub struct Past(Mutex<VecDeque<(Millis, World)>>);

impl Past {
    /// The world is about to change. `lag` is how far back anybody may look, milliseconds.
    pub fn before(&self, lag: Option<u64>, world: &World) {
        let mut worlds = self.lock();
        match lag {
            None => worlds.clear(),
            Some(_) if worlds.is_empty() => worlds.push_back((world.now(), world.clone())),
            Some(_) => {}
        }
    }

    /// It has changed.
    pub fn after(&self, lag: Option<u64>, now: Millis, world: &World) {
        let Some(lag) = lag else {
            return;
        };
        let mut worlds = self.lock();
        worlds.push_back((now, world.clone()));
        let horizon = Millis(now.0.saturating_sub(lag));
        // The newest that is beyond the horizon is what was so at the horizon.
        while worlds.get(1).is_some_and(|(at, _)| *at <= horizon) {
            worlds.pop_front();
        }
    }

    /// The world at that moment, or as early as is known; `None` if nothing is kept.
    pub fn at(&self, moment: Millis) -> Option<World> {
        let worlds = self.lock();
        let known = worlds.iter().rev().find(|(at, _)| *at <= moment);
        known.or(worlds.front()).map(|(_, world)| world.clone())
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, VecDeque<(Millis, World)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn world(now: u64) -> World {
        let mut world = World::default();
        world.advance(Millis(now));
        world
    }

    #[test]
    fn the_world_is_found_as_it_was_and_no_more_is_kept_than_is_needed() {
        let past = Past::default();
        past.before(Some(100), &world(5));
        for now in [10, 60, 120, 200] {
            past.after(Some(100), Millis(now), &world(now));
        }
        let at = |moment| past.at(Millis(moment)).map(|world| world.now().0);
        assert_eq!(
            [at(200), at(199), at(120), at(100)],
            [Some(200), Some(120), Some(120), Some(60)]
        );
        // Beyond the horizon: the earliest that is known.
        assert_eq!(at(7), Some(60));
        past.before(None, &world(300));
        assert_eq!(at(200), None);
    }
}
