package deploy

import (
	"bufio"
	"context"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/configservice"
)

const template = `
Resources:
  RootMfa:
    Type: AWS::Config::ConfigRule
    Properties:
      ConfigRuleName: root-mfa
      Source: {Owner: AWS, SourceIdentifier: ROOT_ACCOUNT_MFA_ENABLED}
`

var endpoint string

// One server for the package: `awsconfig-mock` on PATH, or what AWSCONFIG_MOCK names.
func TestMain(m *testing.M) {
	program := os.Getenv("AWSCONFIG_MOCK")
	if program == "" {
		program = "awsconfig-mock"
	}
	server := exec.Command(program, "--port", "0", "--clock", "2026-01-01T00:00:00Z")
	output, err := server.StdoutPipe()
	if err == nil {
		err = server.Start()
	}
	if err != nil {
		panic(err)
	}
	ready, _ := bufio.NewReader(output).ReadString('\n') // ready http://127.0.0.1:PORT
	endpoint = strings.TrimSpace(strings.TrimPrefix(ready, "ready "))
	status := m.Run()
	server.Process.Signal(os.Interrupt)
	server.Wait()
	os.Exit(status)
}

var accounts atomic.Int64

// An account of its own for each test, so that they may run in parallel.
func newAccount() (string, *configservice.Client) {
	account := fmt.Sprintf("%012d", 111100000000+accounts.Add(1))
	return account, configservice.New(configservice.Options{
		BaseEndpoint: &endpoint,
		Region:       "us-east-1",
		Credentials:  aws.NewCredentialsCache(credentials.NewStaticCredentialsProvider(account, "any", "")),
	})
}

func control(t *testing.T, method, path, body string) {
	t.Helper()
	request, err := http.NewRequest(method, endpoint+"/_mock"+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	reply, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer reply.Body.Close()
	if reply.StatusCode >= 300 {
		t.Fatal(method, path, reply.Status)
	}
}

func TestDeploy(t *testing.T) {
	for name, one := range map[string]struct{ script, wanted string }{
		"in time": {`{"progression": "polls 3"}`, ""},
		"failing": {`{"on": "create", "transitions": [{"ConformancePackState": "CREATE_FAILED", "afterPolls": 2,
			"ConformancePackStatusReason": "No such role."}]}`, "baseline failed: No such role."},
		"hung": {`{"on": "create", "transitions": []}`, "baseline is still being created"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel() // so they count polls: advancing the clock would do so for all of them
			account, client := newAccount()
			control(t, "POST", "/state?account="+account, `{"scripts": [`+one.script+`]}`)
			err := Deploy(context.Background(), client, "baseline", template, func(time.Duration) {})
			if got := fmt.Sprint(err); got != one.wanted && !(err == nil && one.wanted == "") {
				t.Errorf("%q, not %q", got, one.wanted)
			}
		})
	}
}

func TestThrottledStart(t *testing.T) {
	account, client := newAccount()
	control(t, "POST", "/faults", `{"operation": "PutConformancePack", "account": "`+account+`",
		"error": "ThrottlingException", "times": 2}`)
	sleep := func(duration time.Duration) {
		control(t, "POST", "/clock/advance", fmt.Sprintf(`{"seconds": %f}`, duration.Seconds()))
	}
	if err := Deploy(context.Background(), client, "baseline", template, sleep); err != nil {
		t.Error(err)
	}
}
