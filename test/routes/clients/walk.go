// Command walk walks through the API with the client that was generated for Go, and prints what it read as JSON.
package main

import (
	"context"
	"encoding/json"
	"log"
	"os"

	api "roavelo.test/api"
)

func must[T any](value T, _ any, err error) T {
	if err != nil {
		log.Fatal(err)
	}
	return value
}

func main() {
	configuration := api.NewConfiguration()
	configuration.Servers = api.ServerConfigurations{{URL: os.Getenv("BASE_URL")}}
	client := api.NewAPIClient(configuration)
	ctx := context.WithValue(context.Background(), api.ContextAccessToken, os.Getenv("TOKEN"))

	change := api.NewMeChange()
	change.SetBio("Slow travel")
	change.SetHomeCountryNil()
	me := must(client.MeAPI.ChangeMe(ctx).MeChange(*change).Execute())
	for _, code := range []string{"JP", "PT", "XK"} {
		item := api.NewWishlistChange()
		item.SetPriority(1)
		must(client.WishlistAPI.PutOnMyWishlist(ctx, code).WishlistChange(*item).Execute())
	}
	codes := []string{}
	for request := client.WishlistAPI.ListMyWishlist(ctx).Limit(2); ; {
		page := must(request.Execute())
		for _, item := range page.Items {
			codes = append(codes, item.CountryCode)
		}
		cursor := page.NextCursor.Get()
		if cursor == nil {
			break
		}
		request = request.Cursor(*cursor)
	}
	purchase := must(client.PurchasesAPI.ListMyPurchases(ctx).Execute()).Items[0]
	relationships := must(client.SocialAPI.ListRelationships(ctx).UserId([]string{me.Id}).Execute())

	var problem struct {
		Code *string `json:"code"`
	}
	_, _, err := client.SocialAPI.Follow(ctx, me.Id).Execute()
	if failure, ok := err.(*api.GenericOpenAPIError); ok {
		if err := json.Unmarshal(failure.Body(), &problem); err != nil {
			log.Fatal(err)
		}
	}
	err = json.NewEncoder(os.Stdout).Encode(map[string]any{
		"bio":                 me.Bio,
		"homeCountry":         me.HomeCountry.Get(),
		"codes":               codes,
		"amount":              purchase.Amount,
		"refundedAt":          purchase.RefundedAt.Get(),
		"relationshipsCursor": relationships.NextCursor.Get(),
		"problem":             problem.Code,
	})
	if err != nil {
		log.Fatal(err)
	}
}
