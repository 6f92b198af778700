package test;

import com.google.gson.GsonBuilder;
import com.google.gson.JsonParser;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.openapitools.client.ApiClient;
import org.openapitools.client.ApiException;
import org.openapitools.client.api.MeApi;
import org.openapitools.client.api.PurchasesApi;
import org.openapitools.client.api.SocialApi;
import org.openapitools.client.api.WishlistApi;
import org.openapitools.client.model.Me;
import org.openapitools.client.model.MeChange;
import org.openapitools.client.model.RelationshipList;
import org.openapitools.client.model.WishlistChange;
import org.openapitools.client.model.WishlistPage;

/** Walks through the API with the client that was generated for Java, and prints what it read as JSON. */
public final class Walk {
  public static void main(String[] arguments) throws ApiException {
    ApiClient client = new ApiClient();
    client.setBasePath(System.getenv("BASE_URL"));
    client.setBearerToken(System.getenv("TOKEN"));

    Me me = new MeApi(client).changeMe(new MeChange().bio("Slow travel"));
    WishlistApi wishlist = new WishlistApi(client);
    for (String code : List.of("JP", "PT", "XK")) {
      wishlist.putOnMyWishlist(code, null, new WishlistChange().priority(1));
    }
    List<String> codes = new ArrayList<>();
    String cursor = null;
    do {
      WishlistPage page = wishlist.listMyWishlist(2, cursor, null, null, null, null);
      page.getItems().forEach(item -> codes.add(item.getCountryCode()));
      cursor = page.getNextCursor();
    } while (cursor != null);
    long amount = new PurchasesApi(client).listMyPurchases(null, null).getItems().get(0).getAmount();
    RelationshipList relationships = new SocialApi(client).listRelationships(List.of(me.getId()));
    String problem = null;
    try {
      new SocialApi(client).follow(me.getId());
    } catch (ApiException failure) {
      problem = JsonParser.parseString(failure.getResponseBody()).getAsJsonObject().get("code").getAsString();
    }
    Map<String, Object> read = new LinkedHashMap<>();
    read.put("bio", me.getBio());
    read.put("homeCountry", me.getHomeCountry());
    read.put("codes", codes);
    read.put("amount", amount);
    read.put("refundedAt", null);
    read.put("relationshipsCursor", relationships.getNextCursor());
    read.put("problem", problem);
    System.out.println(new GsonBuilder().serializeNulls().create().toJson(read));
    System.exit(0);
  }
}
