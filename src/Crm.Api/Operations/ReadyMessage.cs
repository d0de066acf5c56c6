using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace Crm.Api.Operations;

/// <summary>What the operator reads once the service answers: where it is, where the reference is, and a first request to paste.</summary>
internal static class ReadyMessage
{
    public static void PrintWhenReady(this WebApplication app) => app.Lifetime.ApplicationStarted.Register(() =>
    {
        if (!app.Configuration.GetValue("ReadyMessage", true)) return;
        var addresses = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()?.Addresses.Select(Reachable).ToList() ?? [];
        if (addresses.Count > 0) Console.Out.Write(Text(addresses));
    });

    internal static string Text(IReadOnlyList<string> addresses) => $$"""

        Crm is ready.
          address    {{string.Join("  ", addresses)}}
          reference  {{addresses[0]}}/docs
          first request (makes an organization and its owner; choose the password yourself):

            curl -s {{addresses[0]}}/api/v1/auth/register -H 'Content-Type: application/json' \
              -d '{"organizationName":"Analytical Ltd","fullName":"Ada Byron","email":"ada@example.com","password":"<at least 10 characters>"}'


        """;

    /// <summary>An address that can be pasted: "every interface" is none.</summary>
    internal static string Reachable(string address)
    {
        foreach (var everywhere in (string[])["//*", "//+", "//0.0.0.0", "//[::]"]) address = address.Replace(everywhere, "//localhost", StringComparison.Ordinal);
        return address.TrimEnd('/');
    }
}
