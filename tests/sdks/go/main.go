// The scenario with the AWS SDK for Go, version 2.
package main

import (
	"context"
	"errors"
	"fmt"
	"log"
	"os"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/configservice"
	"github.com/aws/aws-sdk-go-v2/service/configservice/types"
)

const template = `
Resources:
  Versioning:
    Type: AWS::Config::ConfigRule
    Properties:
      ConfigRuleName: versioning
      Source: {Owner: AWS, SourceIdentifier: S3_BUCKET_VERSIONING_ENABLED}
`

var ctx = context.Background()

func client(region string) *configservice.Client {
	return configservice.New(configservice.Options{
		BaseEndpoint: aws.String(os.Getenv("MOCK_URL")),
		Region:       region,
		Credentials:  credentials.NewStaticCredentialsProvider(os.Getenv("AWS_ACCESS_KEY_ID"), "any", ""),
	})
}

func ok(step string) { fmt.Println("ok", step) }

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

// state is empty when the pack is gone.
func state(config *configservice.Client, name string) types.ConformancePackState {
	answer, err := config.DescribeConformancePackStatus(ctx, &configservice.DescribeConformancePackStatusInput{
		ConformancePackNames: []string{name},
	})
	check(err)
	if len(answer.ConformancePackStatusDetails) == 0 {
		return ""
	}
	return answer.ConformancePackStatusDetails[0].ConformancePackState
}

func wait(config *configservice.Client, name string, wanted types.ConformancePackState) {
	for polls := 0; polls < 20; polls++ {
		if state(config, name) == wanted {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	log.Fatalf("%s is never %q", name, wanted)
}

func put(config *configservice.Client, name, template string) error {
	input := &configservice.PutConformancePackInput{ConformancePackName: &name}
	if template != "" {
		input.TemplateBody = &template
	}
	_, err := config.PutConformancePack(ctx, input)
	return err
}

func remove(config *configservice.Client, name string) error {
	_, err := config.DeleteConformancePack(ctx, &configservice.DeleteConformancePackInput{ConformancePackName: &name})
	return err
}

func refused[E error](step string, err error) {
	var wanted E
	if !errors.As(err, &wanted) {
		log.Fatalf("%s: %v", step, err)
	}
	ok(step)
}

func page(config *configservice.Client) {
	number := 0
	pages := configservice.NewDescribeConformancePackStatusPaginator(config, &configservice.DescribeConformancePackStatusInput{})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		check(err)
		for _, pack := range page.ConformancePackStatusDetails {
			if *pack.ConformancePackName != fmt.Sprintf("pack-%03d", number) {
				log.Fatalf("%s in place %d", *pack.ConformancePackName, number)
			}
			number++
		}
	}
	if number != 45 {
		log.Fatalf("%d packs", number)
	}
	ok("pages")
}

func main() {
	config := client("us-east-1")
	full := client("us-west-2")     // where there are as many packs as there may be
	troubled := client("eu-west-1") // which throttles, and permits nothing

	check(put(config, "mine", template))
	ok("put")
	if now := state(config, "mine"); now != types.ConformancePackStateCreateInProgress {
		log.Fatal(now)
	}
	ok("in progress")
	refused[*types.ResourceInUseException]("put ResourceInUseException", put(config, "mine", template))
	refused[*types.ResourceInUseException]("delete ResourceInUseException", remove(config, "mine"))
	wait(config, "mine", types.ConformancePackStateCreateComplete)
	ok("complete")
	page(full)

	_, err := config.DescribeConformancePackStatus(ctx, &configservice.DescribeConformancePackStatusInput{Limit: 21})
	refused[*types.InvalidLimitException]("describe InvalidLimitException", err)
	_, err = config.DescribeConformancePackStatus(ctx, &configservice.DescribeConformancePackStatusInput{
		NextToken: aws.String("bogus"),
	})
	refused[*types.InvalidNextTokenException]("describe InvalidNextTokenException", err)
	_, err = config.DescribeConformancePackStatus(ctx, &configservice.DescribeConformancePackStatusInput{
		ConformancePackNames: []string{"not a name"},
	})
	refused[*types.InvalidParameterValueException]("describe InvalidParameterValueException", err)
	_, err = config.DescribeConformancePacks(ctx, &configservice.DescribeConformancePacksInput{
		ConformancePackNames: []string{"ghost"},
	})
	refused[*types.NoSuchConformancePackException]("describe NoSuchConformancePackException", err)

	refused[*types.InvalidParameterValueException]("put InvalidParameterValueException", put(config, "no-template", ""))
	refused[*types.ConformancePackTemplateValidationException]("put ConformancePackTemplateValidationException",
		put(config, "empty", "Resources: {}"))
	refused[*types.MaxNumberOfConformancePacksExceededException]("put MaxNumberOfConformancePacksExceededException",
		put(full, "one-more", template))
	refused[*types.InsufficientPermissionsException]("put InsufficientPermissionsException",
		put(troubled, "mine", template))
	refused[*types.NoSuchConformancePackException]("delete NoSuchConformancePackException", remove(config, "ghost"))

	// gets through at the third try
	_, err = troubled.DescribeConformancePackStatus(ctx, &configservice.DescribeConformancePackStatusInput{})
	check(err)
	ok("retry")

	check(remove(config, "mine"))
	ok("delete")
	wait(config, "mine", "")
	ok("gone")
}
