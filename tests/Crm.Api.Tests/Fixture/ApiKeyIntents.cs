namespace Crm.Api.Tests.Fixture;

/// <summary>What tests do with API keys and service users.</summary>
internal static class ApiKeyIntents
{
    /// <summary>A new key of the caller, or of the member named, and a program that has it.</summary>
    public static async Task<(ApiClient Program, Guid Id)> KeyAsync(this ApiClient creator, string[] scopes, Guid? memberId = null, DateTimeOffset? expiresAt = null)
    {
        var made = (await creator.PostAsync("/api-keys", new { name = "Web shop", scopes, memberId, expiresAt })).ShouldBe(201);
        return (creator.WithKey(made.Of("key")!), made.Id);
    }

    /// <summary>A new service user's id.</summary>
    public static async Task<Guid> ServiceUserAsync(this ApiClient client, string role = "USER", string fullName = "Web shop") =>
        (await client.PostAsync("/team/service-users", new { fullName, role })).ShouldBe(201).Id;
}
