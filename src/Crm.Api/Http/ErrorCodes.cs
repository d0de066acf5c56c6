namespace Crm.Api.Http;

/// <summary>One code of the contract: its status, what it means, and what the caller can do.</summary>
internal sealed record ErrorCode(int Status, string Code, string Meaning, string Advice)
{
    /// <summary>The code in words.</summary>
    public string Title => Problems.Title(Code);
}

/// <summary>
/// Every code that errors may have. The OpenAPI document, the pages at /docs/errors and the table in docs/api/errors.md say the same; a
/// test holds the code to it.
/// </summary>
internal static class ErrorCodes
{
    /// <summary>Where the pages are; a problem's <c>type</c> is the page of its code (RFC 9457 §3.1.1).</summary>
    public const string Pages = "/docs/errors";

    public static readonly IReadOnlyList<ErrorCode> All =
    [
        new(400, "VALIDATION_FAILED", "The body or a header breaks one or more rules; errors names them all by member.", "Correct the members named and send the request again."),
        new(400, "MALFORMED_JSON", "The body is not JSON, or not in the coding that Content-Encoding names.", "Correct the body; detail says where reading it failed."),
        new(400, "INVALID_QUERY", "A parameter, operator, sort key or cursor is unknown, or a value does not parse; errors names it.", "Correct the parameter named. /meta/{resource} lists what filters and sorts."),
        new(400, "INVALID_TENANT", "X-Tenant-Id is not a UUID, or is missing although the credentials reach several tenants.", "Send one of your tenants' ids in X-Tenant-Id."),
        new(401, "UNAUTHENTICATED", "There are no credentials, or none that count.", "Sign in and send the access token as Authorization: Bearer."),
        new(401, "INVALID_CREDENTIALS", "E-mail and password do not belong together, or a token was spent or revoked.", "Check them, or sign in anew."),
        new(401, "TOKEN_EXPIRED", "The access token has expired.", "Refresh it (POST /auth/refresh) and repeat the request."),
        new(401, "MFA_REQUIRED", "The password is right; a second factor is wanted.", "Send the code of your authenticator, or a recovery code, with the mfaToken of this answer."),
        new(402, "PLAN_LIMIT_REACHED", "The organization's plan allows no more; limitName, used and limit say of what.", "Ask the owner for a larger plan, or remove what is not needed."),
        new(403, "FORBIDDEN", "Your role does not allow this, or your organization asks for a second factor; detail says which.", "Ask an administrator of the organization."),
        new(403, "TENANT_FORBIDDEN", "You are not a member of this organization.", "Send the id of one that you belong to."),
        new(403, "TENANT_SUSPENDED", "The organization is suspended by whoever runs the service.", "Ask its owner."),
        new(404, "NOT_FOUND", "Unknown, deleted, another organization's, or not yours to see: they look the same.", "Check the address and the id."),
        new(404, "NO_PRICE", "The product has no price in this currency for this quantity and day.", "Ask in another currency, or give the product a price, its own or one in a price book."),
        new(405, "METHOD_NOT_ALLOWED", "The address does not have this method.", "Use one that the Allow header names."),
        new(406, "NOT_ACCEPTABLE", "Accept allows no form that there is.", "Accept application/json."),
        new(409, "DUPLICATE", "A unique value is taken: errors names the member, existingId the record, if you may see it.", "Use another value, or change the record that is there."),
        new(409, "INVALID_STATE", "The record does not allow this now.", "Read the record; detail says what stands in the way."),
        new(409, "CREDIT_LIMIT_EXCEEDED", "With this order the customer would owe more than he may; errors says how much he owes.", "Have something paid, raise the customer's creditLimit, or order less."),
        new(409, "INSUFFICIENT_STOCK", "Less is available in the warehouse than is asked for; errors says how much there is.", "Take less, receive more, or release what is reserved."),
        new(409, "APPROVAL_REQUIRED", "The deal is worth more than may be won without an approval.", "Ask for one with POST /approvals, and repeat the request once it is approved."),
        new(409, "LEAD_ALREADY_CONVERTED", "The lead was converted already.", "Go on with its customerId."),
        new(409, "OFFER_EXPIRED", "The last day of the offer is over.", "Ask the seller for a newer version."),
        new(409, "OFFER_WITHDRAWN", "The offer was taken back, or a newer version took its place.", "Ask the seller; the newest e-mail has the link that counts."),
        new(409, "IDEMPOTENCY_IN_FLIGHT", "The first request with this Idempotency-Key still runs.", "Wait as long as Retry-After says and repeat the request."),
        new(412, "PRECONDITION_FAILED", "If-Match names another version than the current one: somebody changed the record.", "Read it again, apply your change to what is there, send the new ETag."),
        new(413, "PAYLOAD_TOO_LARGE", "The body, or what it unpacks to, is larger than the operation takes.", "Send less; split a batch."),
        new(415, "UNSUPPORTED_MEDIA_TYPE", "The body is not JSON in UTF-8, or in a coding that is not taken.", "Send application/json, as it is or in a coding that Accept-Encoding of the answer names."),
        new(416, "RANGE_NOT_SATISFIABLE", "The content does not reach as far as the range asked for.", "Ask for a range within Content-Range of the answer."),
        new(422, "UNPROCESSABLE", "Well-formed, but it refers to what is not there, deleted or not visible to you; errors names the member.", "Correct the reference."),
        new(422, "TEMPLATE_LIMIT_REACHED", "Making the document takes more than any document needs; detail says of what. Nothing was made.", "Simplify the template: fewer blocks within blocks, fewer elements, smaller images."),
        new(422, "IDEMPOTENCY_KEY_REUSED", "This Idempotency-Key came with another request before.", "Use a new key for a new request."),
        new(426, "UPGRADE_REQUIRED", "The address is a WebSocket, and the request asks for none.", "Connect with a WebSocket client."),
        new(429, "RATE_LIMITED", "There were too many requests.", "Wait as long as Retry-After says."),
        new(500, "INTERNAL_ERROR", "An error of the service.", "Tell its operator the traceId; the log has the rest."),
        new(503, "UNAVAILABLE", "The database or another system is not available at the moment.", "Wait as long as Retry-After says and repeat the request with the same Idempotency-Key."),
    ];

    /// <summary>The address that a problem's <c>type</c> is.</summary>
    public static string TypeOf(string code) => $"{Pages}/{code}";
}
