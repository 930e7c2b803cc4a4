// Package deploy is the code under test: it deploys a pack and waits for it.
package deploy

import (
	"context"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/configservice"
	"github.com/aws/aws-sdk-go-v2/service/configservice/types"
)

// Deploy puts a pack and polls it every five seconds, for five minutes at the most.
func Deploy(ctx context.Context, config *configservice.Client, name, template string, sleep func(time.Duration)) error {
	put := &configservice.PutConformancePackInput{ConformancePackName: &name, TemplateBody: &template}
	if _, err := config.PutConformancePack(ctx, put); err != nil {
		return err
	}
	describe := &configservice.DescribeConformancePackStatusInput{ConformancePackNames: []string{name}}
	for range 60 {
		answer, err := config.DescribeConformancePackStatus(ctx, describe)
		if err != nil {
			return err
		}
		if len(answer.ConformancePackStatusDetails) != 1 {
			return fmt.Errorf("%s is not there", name)
		}
		status := answer.ConformancePackStatusDetails[0]
		switch status.ConformancePackState {
		case types.ConformancePackStateCreateComplete:
			return nil
		case types.ConformancePackStateCreateInProgress:
			sleep(5 * time.Second)
		default:
			return fmt.Errorf("%s failed: %s", name, aws.ToString(status.ConformancePackStatusReason))
		}
	}
	return fmt.Errorf("%s is still being created", name)
}
