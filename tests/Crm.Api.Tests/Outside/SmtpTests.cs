using System.Net;
using System.Net.Mail;
using System.Net.Sockets;
using System.Text;
using Crm.Application.Abstractions;
using Crm.Domain.Common;
using Crm.Infrastructure.Email;
using Crm.Infrastructure.Events;
using Crm.Infrastructure.Postgres;
using Microsoft.Extensions.Configuration;

namespace Crm.Api.Tests.Outside;

public sealed class SmtpTests
{
    private static readonly EmailMessage Message = new(Guid.CreateVersion7(), EmailAddress.Parse("ada@example.com"), "Ада\r\nBcc: x@example.com", "Аналитика ООД", "Добре дошли", "Здравейте.\n");

    [Fact]
    public async Task A_message_reaches_the_mail_server()
    {
        await using var server = new MailServer();

        await Sender(server).SendAsync(Message, TestContext.Current.CancellationToken);

        var received = await server.Received;
        received.ShouldContain("MAIL FROM:<crm@example.org>");
        received.ShouldContain("RCPT TO:<ada@example.com>");
        received.ShouldContain($"Message-ID: <{Message.Id:N}@example.org>", Case.Insensitive);
        received.ShouldContain("Subject: =?utf-8?B?0JTQvtCx0YDQtSDQtNC+0YjQu9C4?=");
        received.ShouldContain("0JfQtNGA0LDQstC10LnRgtC1Lg");
        received.ShouldNotContain("\nBcc:");
    }

    [Fact]
    public async Task A_refusal_is_an_error_that_names_no_address()
    {
        await using var server = new MailServer { AnswerToRecipient = "550 no such mailbox ada@example.com" };

        var error = await Should.ThrowAsync<SmtpException>(() => Sender(server).SendAsync(Message, TestContext.Current.CancellationToken));

        OutboxDelivery.Describe(error).ShouldBe("SMTP 550 MailboxUnavailable");
    }

    [Fact]
    public async Task A_server_that_says_nothing_is_left_when_time_is_up()
    {
        await using var server = new MailServer { IsSilent = true };
        using var limit = new CancellationTokenSource();
        var sending = Sender(server).SendAsync(Message, limit.Token);
        await server.Connected;
        await limit.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => sending);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("no address")]
    public void A_mail_server_without_a_senders_address_stops_the_start(string? from) => Should.Throw<StartupException>(() => EmailSettings.Read(
        new ConfigurationBuilder().AddInMemoryCollection([new("Smtp:Host", "mail.example.org"), new("Smtp:From", from)]).Build()));

    [Fact]
    public void Encryption_is_asked_for_unless_switched_off() => EmailSettings.Read(
        new ConfigurationBuilder().AddInMemoryCollection([new("Smtp:Host", "mail.example.org"), new("Smtp:From", "crm@example.org")]).Build())
        .ShouldBe(new EmailSettings("mail.example.org", 587, null, null, EmailAddress.Parse("crm@example.org"), StartTls: true));

    private static SmtpEmailSender Sender(MailServer server) => new(new EmailSettings("127.0.0.1", server.Port, null, null, EmailAddress.Parse("crm@example.org"), StartTls: false));

    /// <summary>Speaks as much SMTP as one message needs.</summary>
    private sealed class MailServer : IAsyncDisposable
    {
        private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
        private readonly TaskCompletionSource _connected = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly Task<string> _session;

        public MailServer()
        {
            _listener.Start();
            _session = Task.Run(ServeAsync);
        }

        public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

        public string AnswerToRecipient { get; init; } = "250 ok";

        public bool IsSilent { get; init; }

        public Task Connected => _connected.Task;

        public Task<string> Received => _session;

        public async ValueTask DisposeAsync()
        {
            _listener.Stop();
            await Task.WhenAny(_session);
        }

        private async Task<string> ServeAsync()
        {
            using var client = await _listener.AcceptTcpClientAsync();
            _connected.SetResult();
            using var reader = new StreamReader(client.GetStream(), Encoding.ASCII);
            await using var writer = new StreamWriter(client.GetStream(), Encoding.ASCII) { NewLine = "\r\n", AutoFlush = true };
            var session = new StringBuilder();
            if (!IsSilent) await writer.WriteLineAsync("220 test");
            var inData = false;
            while (await reader.ReadLineAsync() is { } line)
            {
                session.Append(line).Append("\r\n");
                if (IsSilent || (inData && line != ".")) continue;
                var answer = line switch
                {
                    "DATA" => "354 go on",
                    "QUIT" => "221 bye",
                    _ when line.StartsWith("RCPT", StringComparison.Ordinal) => AnswerToRecipient,
                    _ => "250 ok",
                };
                inData = line == "DATA";
                await writer.WriteLineAsync(answer);
                if (line == "QUIT") break;
            }
            return session.ToString();
        }
    }
}
