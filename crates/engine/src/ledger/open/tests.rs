use std::sync::Arc;

use async_trait::async_trait;
use hongyan_connectors::source::SourceFile;
use hongyan_model::Service;
use hongyan_model::library::Library;

use crate::base::problem::ErrorCode;
use crate::ledger::secrets::{SecretError, SecretStore};
use crate::platform::no_interface::NoInterface;
use crate::{Engine, EngineConfig, PollTimes, SystemClock};

struct Fixed;

#[async_trait]
impl SecretStore for Fixed {
    async fn read(&self) -> Result<Option<Vec<u8>>, SecretError> {
        Ok(Some(vec![7; 32]))
    }
    async fn write(&self, _: &[u8]) -> Result<(), SecretError> {
        Ok(())
    }
    async fn erase(&self) -> Result<(), SecretError> {
        Ok(())
    }
}

#[tokio::test]
async fn on_a_full_disk_the_patron_hears_it_and_what_was_saved_stays() {
    let dir = tempfile::tempdir().unwrap();
    let config = EngineConfig {
        data_dir: dir.path().to_owned(),
        demo: false,
        library: Library::gxmzu(),
        sources: SourceFile::default(),
        poll: PollTimes::default(),
        clock: Arc::new(SystemClock),
    };
    let engine = Engine::open(config, Arc::new(Fixed), Arc::new(NoInterface)).await.unwrap();
    let mut draft = engine.requests().draft_new(Service::Loan, None, Some("红楼梦")).await.unwrap().draft;
    draft.author = "曹雪芹".into();
    draft.note = "详见附注".repeat(250); // larger than a page of the file
    draft.publisher = "人民文学出版社".repeat(400);
    let saved = engine.requests().draft_save(draft.clone()).await.unwrap().draft;
    engine.files().ledger.database().limit_pages(1).await.unwrap();
    let mut grown = saved.clone();
    grown.note = "很长的说明".repeat(40_000);
    assert_eq!(engine.requests().draft_save(grown).await.unwrap_err().code, ErrorCode::DiskFull);
    assert_eq!(engine.requests().draft_get(saved.id).await.unwrap().draft, saved, "as it was saved");
    // submitting writes the form, its bytes and the timeline: all or nothing
    let mut last = None;
    for number in 0..200 {
        let mut other = engine.requests().draft_new(Service::Loan, None, Some("填满")).await;
        if let Ok(view) = &mut other {
            view.draft.author = format!("作者{number}");
            view.draft.pages = "页".repeat(700);
        }
        match other {
            Ok(view) => match engine.requests().draft_save(view.draft).await {
                Ok(_) => {}
                Err(problem) => {
                    last = Some(problem.code);
                    break;
                }
            },
            Err(problem) => {
                last = Some(problem.code);
                break;
            }
        }
    }
    assert_eq!(last, Some(ErrorCode::DiskFull));
    assert_eq!(engine.requests().submit(saved.id).await.unwrap_err().code, ErrorCode::DiskFull);
    assert_eq!(engine.requests().draft_get(saved.id).await.unwrap().draft, saved, "the form survives");
    engine.files().ledger.database().limit_pages(1_000_000).await.unwrap();
    assert_eq!(engine.requests().submit(saved.id).await.unwrap().draft.title, "红楼梦");
    engine.stop().await;
}
