"""The rules that a pack's template puts in force, as the store keeps them for the operations on compliance."""

TEMPLATE = """
Parameters:
  Days: {Type: String, Default: '30'}
  Strict: {Type: String, Default: 'false'}
Conditions:
  isStrict: !Equals [!Ref Strict, 'true']
Resources:
  Retention:
    Type: AWS::Config::ConfigRule
    Properties:
      ConfigRuleName: retention
      InputParameters: {minRetention: !Ref Days}
      Source: {Owner: AWS, SourceIdentifier: CW_LOGGROUP_RETENTION_PERIOD_CHECK}
  Password:
    Type: AWS::Config::ConfigRule
    Condition: isStrict
    Properties:
      ConfigRuleName: password
      Source: {Owner: AWS, SourceIdentifier: IAM_PASSWORD_POLICY}
"""


def rules(server):
    return server.control("GET", "/packs/p").json["ConfigRules"]


def put(server, **parameters):
    given = [{"ParameterName": name, "ParameterValue": value} for name, value in parameters.items()]
    body = {"ConformancePackName": "p", "TemplateBody": TEMPLATE, "ConformancePackInputParameters": given}
    assert server.post("PutConformancePack", body).status == 200
    server.advance(2)


def test_rules_bear_awss_names(server):
    put(server)
    pack_id = server.control("GET", "/packs/p").json["ConformancePackId"]
    assert rules(server) == [
        {
            "ConfigRuleName": f"retention-{pack_id}",
            "Source": {"Owner": "AWS", "SourceIdentifier": "CW_LOGGROUP_RETENTION_PERIOD_CHECK"},
            "InputParameters": '{"minRetention":"30"}',
        }
    ]


def test_an_update_changes_them(server):
    put(server)
    put(server, Days="90", Strict="true")
    assert [rule["ConfigRuleName"].split("-conformance-pack-")[0] for rule in rules(server)] == ["retention", "password"]
    assert rules(server)[0]["InputParameters"] == '{"minRetention":"90"}'
