//! The scenario with the AWS SDK for Rust.
use std::{env, error::Error, time::Duration};

use aws_sdk_config::config::{BehaviorVersion, Credentials, Region};
use aws_sdk_config::error::SdkError;
use aws_sdk_config::operation::{
    delete_conformance_pack::DeleteConformancePackError as Delete,
    describe_conformance_pack_status::DescribeConformancePackStatusError as Status,
    describe_conformance_packs::DescribeConformancePacksError as Describe,
    put_conformance_pack::PutConformancePackError as Put,
};
use aws_sdk_config::types::ConformancePackState as State;
use aws_sdk_config::{Client, Config};
use aws_smithy_http_client::Builder;

const TEMPLATE: &str = "
Resources:
  Versioning:
    Type: AWS::Config::ConfigRule
    Properties:
      ConfigRuleName: versioning
      Source: {Owner: AWS, SourceIdentifier: S3_BUCKET_VERSIONING_ENABLED}
";

fn client(region: &'static str) -> Client {
    let account = env::var("AWS_ACCESS_KEY_ID").unwrap();
    let config = Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .http_client(Builder::new().build_http())
        .endpoint_url(env::var("MOCK_URL").unwrap())
        .region(Region::new(region))
        .credentials_provider(Credentials::new(account, "any", None, None, "scenario"));
    Client::from_conf(config.build())
}

/// None when the pack is gone.
async fn state(config: &Client, name: &str) -> Result<Option<State>, Box<dyn Error>> {
    let answer = config.describe_conformance_pack_status().conformance_pack_names(name).send().await?;
    Ok(answer.conformance_pack_status_details().first().map(|pack| pack.conformance_pack_state().clone()))
}

async fn wait(config: &Client, name: &str, wanted: Option<State>) -> Result<(), Box<dyn Error>> {
    for _ in 0..20 {
        if state(config, name).await? == wanted {
            return Ok(());
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    Err(format!("{name} is never {wanted:?}").into())
}

/// Holds that the call is refused with this variant of its operation's error.
macro_rules! refused {
    ($kind:ident :: $error:ident, $call:expr) => {
        let step = format!("{} {}", stringify!($kind).to_lowercase().replace("status", "describe"), stringify!($error));
        match $call.send().await.map_err(SdkError::into_service_error) {
            Err($kind::$error(_)) => println!("ok {step}"),
            other => return Err(format!("{step}: {other:?}").into()),
        }
    };
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let config = client("us-east-1");
    let full = client("us-west-2"); // where there are as many packs as there may be
    let troubled = client("eu-west-1"); // which throttles, and permits nothing

    let put = config.put_conformance_pack().conformance_pack_name("mine").template_body(TEMPLATE);
    assert!(put.clone().send().await?.conformance_pack_arn().is_some());
    println!("ok put");
    assert_eq!(state(&config, "mine").await?, Some(State::CreateInProgress));
    println!("ok in progress");
    refused!(Put::ResourceInUseException, put);
    refused!(Delete::ResourceInUseException, config.delete_conformance_pack().conformance_pack_name("mine"));
    wait(&config, "mine", Some(State::CreateComplete)).await?;
    println!("ok complete");

    let mut names = Vec::new();
    let mut packs = full.describe_conformance_pack_status().into_paginator().send();
    while let Some(page) = packs.next().await {
        names.extend(page?.conformance_pack_status_details().iter().map(|pack| pack.conformance_pack_name().to_owned()));
    }
    assert_eq!(names, (0..45).map(|number| format!("pack-{number:03}")).collect::<Vec<_>>());
    println!("ok pages");

    refused!(Status::InvalidLimitException, config.describe_conformance_pack_status().limit(21));
    refused!(Status::InvalidNextTokenException, config.describe_conformance_pack_status().next_token("bogus"));
    refused!(
        Status::InvalidParameterValueException,
        config.describe_conformance_pack_status().conformance_pack_names("not a name")
    );
    refused!(
        Describe::NoSuchConformancePackException,
        config.describe_conformance_packs().conformance_pack_names("ghost")
    );
    refused!(
        Put::InvalidParameterValueException,
        config.put_conformance_pack().conformance_pack_name("no-template")
    );
    refused!(
        Put::ConformancePackTemplateValidationException,
        config.put_conformance_pack().conformance_pack_name("empty").template_body("Resources: {}")
    );
    refused!(
        Put::MaxNumberOfConformancePacksExceededException,
        full.put_conformance_pack().conformance_pack_name("one-more").template_body(TEMPLATE)
    );
    refused!(
        Put::InsufficientPermissionsException,
        troubled.put_conformance_pack().conformance_pack_name("mine").template_body(TEMPLATE)
    );
    refused!(
        Delete::NoSuchConformancePackException,
        config.delete_conformance_pack().conformance_pack_name("ghost")
    );

    troubled.describe_conformance_pack_status().send().await?; // gets through at the third try
    println!("ok retry");

    config.delete_conformance_pack().conformance_pack_name("mine").send().await?;
    println!("ok delete");
    wait(&config, "mine", None).await?;
    println!("ok gone");
    Ok(())
}
