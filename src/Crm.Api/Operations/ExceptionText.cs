using System.Net.Sockets;
using System.Text;
using Npgsql;

namespace Crm.Api.Operations;

/// <summary>
/// An exception for the log: types, places, codes. Its message only where the type's messages never quote data: a parser's or the
/// database's repeats what the caller sent.
/// </summary>
internal static class ExceptionText
{
    public static string Discreet(Exception exception)
    {
        var text = new StringBuilder();
        for (var e = exception; e is not null && text.Length < 16_000; e = e.InnerException)
        {
            if (text.Length > 0) text.Append("\n---> ");
            text.Append(e.GetType().FullName);
            if (Note(e) is { } note) text.Append(": ").Append(note);
            text.Append('\n').Append(e.StackTrace);
        }
        return text.ToString();
    }

    private static string? Note(Exception e) => e switch
    {
        PostgresException p => $"{p.SqlState} {p.ConstraintName}",
        NullReferenceException or NotSupportedException or InvalidOperationException or SocketException or NpgsqlException or TimeoutException
            or OperationCanceledException or ObjectDisposedException => e.Message,
        _ => null,
    };
}
