"""Walks through the API with the client that was generated for Python; prints what it read as JSON."""

import json
import os

import openapi_client
from openapi_client.exceptions import ApiException

configuration = openapi_client.Configuration(
    host=os.environ["BASE_URL"], access_token=os.environ["TOKEN"]
)
with openapi_client.ApiClient(configuration) as client:
    me = openapi_client.MeApi(client).change_me(
        openapi_client.MeChange(bio="Slow travel", home_country=None)
    )
    wishlist = openapi_client.WishlistApi(client)
    for code in ("JP", "PT", "XK"):
        wishlist.put_on_my_wishlist(code, wishlist_change=openapi_client.WishlistChange(priority=1))
    codes, cursor = [], None
    while True:
        page = wishlist.list_my_wishlist(limit=2, cursor=cursor)
        codes += [item.country_code for item in page.items]
        cursor = page.next_cursor
        if cursor is None:
            break
    purchase = openapi_client.PurchasesApi(client).list_my_purchases().items[0]
    relationships = openapi_client.SocialApi(client).list_relationships([me.id])
    try:
        openapi_client.SocialApi(client).follow(me.id)
        problem = None
    except ApiException as error:
        problem = json.loads(error.body)["code"]

print(
    json.dumps(
        {
            "bio": me.bio,
            "homeCountry": me.home_country,
            "codes": codes,
            "amount": purchase.amount,
            "refundedAt": purchase.refunded_at,
            "relationshipsCursor": relationships.next_cursor,
            "problem": problem,
        }
    )
)
