//! Stopping concerns the whole process: this test has one of its own.
#![allow(missing_docs, clippy::unwrap_used)]

use regimes_numerics::stop::{Stopped, point, running, stop};
use std::panic::{catch_unwind, resume_unwind};

#[test]
fn identity_what_runs_ends_at_its_next_point_and_the_next_one_runs() {
    assert_eq!(running(|| 7), Ok(7));
    let endless = || {
        stop();
        loop {
            point();
        }
    };
    assert_eq!(running(endless), Err::<(), _>(Stopped));
    assert_eq!(running(point), Ok(()));
    let other = catch_unwind(|| running(|| resume_unwind(Box::new("another reason"))));
    assert_eq!(*other.unwrap_err().downcast::<&str>().unwrap(), "another reason");
}
