//! REST.

use super::*;

#[tokio::test]
async fn of_two_rest_clients_who_claim_a_task_one_gets_412() {
    let server = Server::start().await;
    let form = format!(
        "WorkflowSid={}&TaskChannel=voice&Attributes=%7B%22to%22%3A%22bob%22%7D",
        account::anyone_workflow_sid()
    );
    let (status, _, task) = server.rest("POST", "Tasks", &form, "").await;
    assert_eq!(
        (status, &task["assignment_status"]),
        (201, &json!("pending"))
    );
    assert_eq!(task["attributes"], r#"{"to":"bob"}"#);
    let path = format!("Tasks/{}", task["sid"].as_str().unwrap());
    let (_, tag, _) = server.rest("GET", &path, "", "").await;
    let (status, new_tag, _) = server
        .rest("POST", &path, "Attributes=%7B%22by%22%3A1%7D", &tag)
        .await;
    assert_eq!(status, 200);
    assert!(new_tag != tag);
    let (status, _, refusal) = server
        .rest("POST", &path, "Attributes=%7B%22by%22%3A2%7D", &tag)
        .await;
    assert_eq!((status, &refusal["code"]), (412, &json!(20412)));
    let (_, _, listed) = server
        .rest("GET", "Tasks?EvaluateTaskAttributes=by+%3D%3D+1", "", "")
        .await;
    assert_eq!(listed["tasks"].as_array().unwrap().len(), 1);
    let (status, _, _) = server.rest("DELETE", &path, "", "").await;
    assert_eq!(status, 204);
    let (status, _, refusal) = server.rest("GET", &path, "", "").await;
    assert_eq!((status, &refusal["code"]), (404, &json!(20404)));
}

#[tokio::test]
async fn rest_lists_page_by_page_and_keeps_its_filters() {
    let server = Server::start().await;
    let (_, _, first) = server
        .rest("GET", "Workers?PageSize=1&ActivityName=Offline", "", "")
        .await;
    assert_eq!(first["workers"][0]["friendly_name"], "alice");
    let next = first["meta"]["next_page_url"].as_str().unwrap();
    assert!(next.contains("ActivityName=Offline"), "{next}");
    let query = next.split_once('?').unwrap().1;
    let (_, _, second) = server
        .rest("GET", &format!("Workers?{query}"), "", "")
        .await;
    assert_eq!(second["workers"][0]["friendly_name"], "bob");
    let expression = "Workers?TargetWorkersExpression=routing.skills+HAS+'support'";
    let (_, _, support) = server.rest("GET", expression, "", "").await;
    assert_eq!(support["workers"].as_array().unwrap().len(), 2);
    assert_eq!(support["meta"]["next_page_url"], Value::Null);
}

#[tokio::test]
async fn rest_needs_the_accounts_credentials() {
    let server = Server::start().await;
    let workspace = account::workspace_sid();
    let url = format!(
        "http://{}/t/taskrouter.twilio.com/v1/Workspaces/{workspace}/Tasks",
        server.address
    );
    for password in [None, Some("wrong")] {
        let request = server.http.get(&url);
        let request = match password {
            Some(password) => request.basic_auth(account::account_sid(), Some(password)),
            None => request,
        };
        let response = request.send().await.unwrap();
        assert_eq!(response.status().as_u16(), 401);
        assert_eq!(parse(&response.text().await.unwrap())["code"], 20003);
    }
}
