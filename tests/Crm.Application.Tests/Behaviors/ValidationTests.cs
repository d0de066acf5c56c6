using System.Text.Json;
using Crm.Application.Abstractions;
using Crm.Application.Behaviors;
using Crm.Application.Binding;
using Crm.Application.Identity;
using Crm.Domain.Common;
using FluentValidation;

namespace Crm.Application.Tests.Behaviors;

public sealed class ValidationTests
{
    [Fact]
    public void Rules_of_members_that_could_not_be_read_are_not_run()
    {
        var errors = new BindErrors();
        var request = new RegisterTenant(null!, new string('x', 301), null!, "short", "fr");
        Validation.Check([new RegisterTenantValidator()], request, errors, new HashSet<string> { "fullName", "password", "timeZone" });
        errors.Members.Order().ShouldBe(["fullName", "password"]);
    }

    [Fact]
    public void Without_restriction_every_rule_is_run()
    {
        var errors = new BindErrors();
        Validation.Check([new RegisterTenantValidator()], new RegisterTenant("", "x", EmailAddress.Parse("a@example.com"), "aaaaaaaaaa", "fr", "Moon/Base"), errors);
        errors.Members.Order().ShouldBe(["language", "organizationName", "password", "timeZone"]);
    }

    /// <summary>A rule that looks at a second member meets null there when that one could not be read.</summary>
    [Fact]
    public void No_rule_trips_over_a_member_that_could_not_be_read()
    {
        var tried = 0;
        foreach (var type in typeof(ICommand).Assembly.GetTypes().Where(t => t is { IsAbstract: false } && t.IsAssignableTo(typeof(IValidator)) && t.GetConstructor([]) is not null))
        {
            var constructor = type.BaseType!.GetGenericArguments()[0].GetConstructors().MaxBy(c => c.GetParameters().Length)!;
            var parameters = constructor.GetParameters();
            foreach (var read in parameters)
            {
                var request = constructor.Invoke([.. parameters.Select(p => p == read ? Sample(p.ParameterType) : null)]);
                Should.NotThrow(() => Validation.Check([(IValidator)Activator.CreateInstance(type)!], request, new BindErrors(),
                    new HashSet<string> { JsonNamingPolicy.CamelCase.ConvertName(read.Name!) }), $"{type.Name}, {read.Name}");
                tried++;
            }
        }
        tried.ShouldBeGreaterThan(15);
    }

    private static object? Sample(Type type) => type == typeof(string) ? "some text" : type == typeof(EmailAddress) ? EmailAddress.Parse("a@example.com")
        : type.IsValueType ? Activator.CreateInstance(type) : null;
}
