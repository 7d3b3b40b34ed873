use std::future::pending;
use std::io;

use super::*;

/// How long any of it may take.
const PATIENCE: Duration = Duration::from_secs(20);

#[tokio::test]
async fn each_worker_is_a_thread_that_lives_until_the_end() {
    let (told, mut heard) = mpsc::unbounded_channel();
    let workers = Workers::spawn(3, Some(1), |index| {
        let told = told.clone();
        Ok(async move {
            tokio::spawn(async move {
                told.send((index, thread::current().id())).unwrap();
                pending::<()>().await;
            });
            Ok(())
        })
    });
    let workers = workers.unwrap();
    drop(told);
    let mut threads = Vec::new();
    for _ in 0..3 {
        threads.push(timeout(PATIENCE, heard.recv()).await.unwrap().unwrap());
    }
    threads.sort_by_key(|(index, _)| *index);
    assert_eq!(threads.iter().map(|(index, _)| *index).collect::<Vec<_>>(), [0, 1, 2]);
    assert!(threads[0].1 != threads[1].1 && threads[1].1 != threads[2].1);
    timeout(PATIENCE, workers.end()).await.unwrap();
}

#[tokio::test]
async fn one_that_fails_is_heard_of() {
    for (how, expected) in
        [("panics", "worker 1 has failed: oh no"), ("fails", "worker 1 has failed: no listener")]
    {
        let mut workers = Workers::spawn(2, None, |index| {
            Ok(async move {
                match (index, how) {
                    (1, "panics") => panic!("oh {}", "no"),
                    (1, _) => Err(io::Error::other("no listener")),
                    _ => Ok(()),
                }
            })
        })
        .unwrap();
        assert_eq!(timeout(PATIENCE, workers.failed()).await.unwrap(), expected);
        timeout(PATIENCE, workers.end()).await.unwrap();
    }
}
